package dev.aloft.server.agent;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.AgentFigures;
import dev.aloft.server.ConnectionDrain;
import dev.aloft.server.Listener;
import dev.aloft.server.ServerThreads;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process behind PHP's `s3://` paths on one host: for each site a Unix socket, on which it speaks the protocol
/// of `docs/reference/agent-protocol.md`.
///
/// A socket that a dead process left behind is replaced; one that answers is not. [#close] removes the sockets,
/// answers every request that arrives or is under way within [#DRAIN_LIMIT], and closes idle connections. A socket
/// of the service manager stays, with the owner and mode that it has: connections wait there for the next agent.
public final class Agent implements AutoCloseable {

    static final int MAX_CONNECTIONS = 1024;
    static final int MAX_HEAD_BYTES = 16 << 10;
    static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    static final Duration STALL_LIMIT = Duration.ofSeconds(30);
    static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    /// The time for which an idle connection stays open during shutdown, for a request already on its way.
    static final Duration IDLE_GRACE = Duration.ofSeconds(1);

    /// A path at which there is never a file.
    private static final Path REMOVED = Path.of("/nonexistent/aloft-agent.sock");

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final Server server;
    private final SiteRouter sites;
    private final ConnectionDrain connections;

    /// The paths where this agent's sockets are, and no other's.
    private final List<Path> sockets = new ArrayList<>();

    private Agent(Server server, SiteRouter sites, ConnectionDrain connections) {
        this.server = server;
        this.sites = sites;
        this.connections = connections;
    }

    /// Opens the sockets of all sites, or fails and leaves none open.
    public static Agent start(List<AgentSite> sites) throws IOException {
        return start(sites, STALL_LIMIT);
    }

    /// The same, where the service manager has opened some of the sockets.
    public static Agent start(List<AgentSite> sites, InheritedSockets inherited) throws IOException {
        return start(sites, STALL_LIMIT, inherited);
    }

    /// The same with another limit for the silence of a client within an exchange.
    static Agent start(List<AgentSite> sites, Duration stallLimit) throws IOException {
        return start(sites, stallLimit, InheritedSockets.none());
    }

    private static Agent start(List<AgentSite> sites, Duration stallLimit, InheritedSockets inherited)
            throws IOException {
        Executor threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("aloft-agent-", 0).factory());
        Server server = new Server(ServerThreads.named("aloft-agent", threads));
        server.setStopTimeout(DRAIN_LIMIT.toMillis());
        server.setErrorHandler(new ProtocolErrors());
        SiteRouter router = new SiteRouter(sites, threads);
        ConnectionDrain connections = new ConnectionDrain(router, IDLE_GRACE);
        server.setHandler(connections);
        Agent agent = new Agent(server, router, connections);
        try {
            for (AgentSite site : sites) {
                if (!inherited.has(UnixDomainSocketAddress.of(site.socket()))) {
                    SocketFile.makeWay(site.socket());
                    agent.sockets.add(site.socket());
                }
                AgentConnector connector = new AgentConnector(server, site, http(stallLimit), connections, inherited);
                server.addConnector(connector);
                server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
            }
            server.start();
            sampleRegularly(server, router);
            for (AgentSite site : sites) {
                if (agent.sockets.contains(site.socket())) {
                    SocketFile.restrict(site.socket(), site.group());
                }
            }
            return agent;
        } catch (Exception e) {
            agent.close();
            throw e instanceof IOException io ? io : new IOException("the agent cannot start: " + e.getMessage(), e);
        }
    }

    /// Until the server stops, which stops its scheduler.
    private static void sampleRegularly(Server server, SiteRouter sites) {
        server.getScheduler()
                .schedule(
                        () -> {
                            sites.sample();
                            sampleRegularly(server, sites);
                        },
                        FiguresHistory.INTERVAL);
    }

    private static HttpConfiguration http(Duration stallLimit) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(MAX_HEAD_BYTES);
        http.setIdleTimeout(stallLimit.toMillis());
        // Targets are paths of files; Target reads the raw bytes and refuses what cannot be one.
        http.setUriCompliance(UriCompliance.UNSAFE);
        return http;
    }

    /// Of all sites, for metrics.
    public List<AgentFigures> figures() {
        return sites.figures();
    }

    /// Closing twice does nothing; another agent's sockets may be there by then.
    @Override
    public void close() {
        for (Path socket : sockets) {
            remove(socket);
        }
        sockets.clear();
        for (Connector connector : server.getConnectors()) {
            AgentConnector own = (AgentConnector) connector;
            // Jetty deletes this path at the end, when the next agent's socket may be there.
            own.setUnixDomainPath(REMOVED);
            if (!Listener.close(own, DRAIN_LIMIT)) {
                LOG.warn("the agent still listens while it stops");
            }
        }
        try {
            connections.stop("the agent", server);
        } catch (Exception e) {
            LOG.warn("the agent did not stop cleanly: {}", e.toString());
        }
        for (Connector connector : server.getConnectors()) {
            // Jetty loses connections that are accepted while it stops.
            connector.getConnectedEndPoints().forEach(EndPoint::close);
        }
    }

    private static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", socket, e.getMessage());
        }
    }
}
