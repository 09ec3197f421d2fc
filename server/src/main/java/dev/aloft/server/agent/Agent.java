package dev.aloft.server.agent;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
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
/// A socket that a dead process left behind is replaced; one that answers, or another kind of file, is not. [#close]
/// lets exchanges under way
/// end, within [#DRAIN], and removes the sockets.
public final class Agent implements AutoCloseable {

    static final int MAX_CONNECTIONS = 1024;
    static final int MAX_HEAD_BYTES = 16 << 10;
    static final Duration IDLE = Duration.ofSeconds(60);
    static final Duration SILENCE_WITHIN_EXCHANGE = Duration.ofSeconds(30);
    static final Duration DRAIN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final Server server;

    /// The sockets that are ours to remove.
    private final List<Path> sockets = new ArrayList<>();

    private Agent(Server server) {
        this.server = server;
    }

    /// Opens the sockets of all sites, or fails and leaves none open.
    public static Agent start(List<AgentSite> sites) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("aloft-agent");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("aloft-agent-", 0).factory()));
        Server server = new Server(threads);
        server.setStopTimeout(DRAIN.toMillis());
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setHandler(new SiteRouter(sites));
        Agent agent = new Agent(server);
        try {
            for (AgentSite site : sites) {
                prepare(site);
                agent.sockets.add(site.socket());
                server.addConnector(connector(server, site));
            }
            server.start();
            for (AgentSite site : sites) {
                restrict(site);
            }
            return agent;
        } catch (Exception e) {
            agent.close();
            throw e instanceof IOException io ? io : new IOException("the agent cannot start: " + e.getMessage(), e);
        }
    }

    private static UnixDomainServerConnector connector(Server server, AgentSite site) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(MAX_HEAD_BYTES);
        http.setIdleTimeout(SILENCE_WITHIN_EXCHANGE.toMillis());
        // Targets are paths of files; Target reads the raw bytes and refuses what cannot be one.
        http.setUriCompliance(UriCompliance.UNSAFE);
        UnixDomainServerConnector connector =
                new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setName(site.name());
        connector.setUnixDomainPath(site.socket());
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(MAX_CONNECTIONS);
        return connector;
    }

    private static void prepare(AgentSite site) throws IOException {
        Path socket = site.socket();
        Path folder = socket.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!Files.exists(socket)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
            throw new IOException("cannot listen on " + socket + ": there is a file or folder of that name");
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException e) {
            Files.delete(socket); // nobody listens there any more
            return;
        } catch (IOException e) {
            throw new IOException("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
        throw new IOException("cannot listen on " + socket + ": another agent answers there");
    }

    private static void restrict(AgentSite site) throws IOException {
        if (site.group() != null) {
            try {
                GroupPrincipal group = site.socket()
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(site.group());
                Files.getFileAttributeView(site.socket(), PosixFileAttributeView.class)
                        .setGroup(group);
            } catch (UserPrincipalNotFoundException e) {
                throw new IOException(
                        "cannot give " + site.socket() + " to the group " + site.group() + ": there is no such group",
                        e);
            }
        }
        Files.setPosixFilePermissions(site.socket(), PosixFilePermissions.fromString("rw-rw----"));
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the agent did not stop cleanly: {}", e.toString());
        }
        for (Path socket : sockets) {
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", socket, e.getMessage());
            }
        }
    }
}
