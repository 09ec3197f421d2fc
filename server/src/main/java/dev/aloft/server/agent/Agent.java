package dev.aloft.server.agent;

import dev.aloft.server.ConnectionDrain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process behind PHP's `s3://` paths on one host: for each site a Unix socket, on which it speaks the protocol of
/// `docs/reference/agent-protocol.md`.
///
/// A socket that a dead process left behind is replaced; one that answers is not. [#close] removes the sockets, answers
/// every request that arrives or is under way within [#DRAIN_LIMIT], and closes idle connections.
public final class Agent implements AutoCloseable {

    static final int MAX_CONNECTIONS = 1024;
    static final int MAX_HEAD_BYTES = 16 << 10;
    static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    static final Duration STALL_LIMIT = Duration.ofSeconds(30);
    static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

    /// The time for which an idle connection stays open during shutdown, for a request already on its way.
    static final Duration IDLE_GRACE = Duration.ofMillis(250);

    /// A path at which there is never a file.
    private static final Path REMOVED = Path.of("/nonexistent/aloft-agent.sock");

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final Server server;

    /// The paths where this agent's sockets are, and no other's.
    private final List<Path> sockets = new ArrayList<>();

    private Agent(Server server) {
        this.server = server;
    }

    /// Opens the sockets of all sites, or fails and leaves none open.
    public static Agent start(List<AgentSite> sites) throws IOException {
        return start(sites, STALL_LIMIT);
    }

    /// The same with another limit for the silence of a client within an exchange.
    static Agent start(List<AgentSite> sites, Duration stallLimit) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("aloft-agent");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("aloft-agent-", 0).factory()));
        Server server = new Server(threads);
        server.setStopTimeout(DRAIN_LIMIT.toMillis());
        server.setErrorHandler(new ProtocolErrors());
        ConnectionDrain connections = new ConnectionDrain(new SiteRouter(sites), IDLE_GRACE);
        server.setHandler(connections);
        Agent agent = new Agent(server);
        try {
            for (AgentSite site : sites) {
                SocketFile.makeWay(site.socket());
                agent.sockets.add(site.socket());
                UnixDomainServerConnector connector = connector(server, site, stallLimit, connections);
                server.addConnector(connector);
                server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
            }
            server.start();
            for (AgentSite site : sites) {
                SocketFile.restrict(site.socket(), site.group());
            }
            return agent;
        } catch (Exception e) {
            agent.close();
            throw e instanceof IOException io ? io : new IOException("the agent cannot start: " + e.getMessage(), e);
        }
    }

    private static UnixDomainServerConnector connector(
            Server server, AgentSite site, Duration stallLimit, ConnectionDrain connections) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(MAX_HEAD_BYTES);
        http.setIdleTimeout(stallLimit.toMillis());
        // Targets are paths of files; Target reads the raw bytes and refuses what cannot be one.
        http.setUriCompliance(UriCompliance.UNSAFE);
        // No acceptor of its own: with one, Jetty closes the socket permanently when it accepts again after
        // MAX_CONNECTIONS.
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 0, 1, new HttpConnectionFactory(http)) {
                    @Override
                    protected void onEndPointOpened(EndPoint endPoint) {
                        super.onEndPointOpened(endPoint);
                        connections.opened(endPoint);
                    }

                    @Override
                    protected void onEndPointClosed(EndPoint endPoint) {
                        connections.closed(endPoint);
                        super.onEndPointClosed(endPoint);
                    }
                };
        connector.setName(site.name());
        connector.setUnixDomainPath(site.socket());
        connector.setIdleTimeout(IDLE_LIMIT.toMillis());
        connector.setShutdownIdleTimeout(-1); // ConnectionDrain knows which of them are idle.
        connector.setAcceptQueueSize(MAX_CONNECTIONS);
        return connector;
    }

    /// Closing twice does nothing; another agent's sockets may be there by then.
    @Override
    public void close() {
        for (Path socket : sockets) {
            remove(socket);
        }
        sockets.clear();
        for (Connector connector : server.getConnectors()) {
            // Jetty deletes this path at the end, when the next agent's socket may be there.
            ((UnixDomainServerConnector) connector).setUnixDomainPath(REMOVED);
        }
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the agent did not stop cleanly: {}", e.toString());
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
