package dev.aloft.server.agent;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.ConnectionDrain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

/// The connector of one site's socket: one that it opens, or one of the service manager.
///
/// Jetty opens the channel itself and takes no other. With an inherited socket it therefore binds a temporary path,
/// and the channel is moved to the inherited socket before Jetty accepts from it.
final class AgentConnector extends UnixDomainServerConnector {

    private final AgentSite site;
    private final ConnectionDrain connections;
    private final InheritedSockets inherited;

    AgentConnector(
            Server server,
            AgentSite site,
            HttpConfiguration http,
            ConnectionDrain connections,
            InheritedSockets inherited) {
        // No acceptor of its own: with one, Jetty closes the socket permanently when it accepts again after
        // MAX_CONNECTIONS.
        super(server, 0, 1, new HttpConnectionFactory(http));
        this.site = site;
        this.connections = connections;
        this.inherited = inherited;
        setName(site.name());
        setUnixDomainPath(site.socket());
        setIdleTimeout(Agent.IDLE_LIMIT.toMillis());
        setShutdownIdleTimeout(-1); // ConnectionDrain knows which of them are idle.
        setAcceptQueueSize(Agent.MAX_CONNECTIONS);
    }

    @Override
    protected void doStart() throws Exception {
        if (!inherited.has(UnixDomainSocketAddress.of(site.socket()))) {
            super.doStart();
            return;
        }
        Path folder = Files.createTempDirectory("aloft");
        try {
            setUnixDomainPath(folder.resolve("s"));
            super.doStart();
        } finally {
            Files.deleteIfExists(folder.resolve("s"));
            Files.delete(folder);
        }
    }

    /// Jetty adds the channel that it has bound before it accepts.
    @Override
    public boolean addBean(Object bean) {
        if (bean instanceof ServerSocketChannel channel && inherited.has(UnixDomainSocketAddress.of(site.socket()))) {
            try {
                inherited.move(channel, UnixDomainSocketAddress.of(site.socket()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return super.addBean(bean);
    }

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
}
