package dev.aloft.server.operations;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.Listener;
import dev.aloft.server.uploads.PlainText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// The server of an admin address.
final class AdminServer {

    private final InetSocketAddress address;
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private boolean isInherited;

    /// Opens nothing before [#start].
    AdminServer(InetSocketAddress address, Handler pages) {
        this.address = address;
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setErrorHandler(PlainText.errors());
        server.setHandler(pages);
    }

    /// @param sockets of the service manager, which may have the address
    /// @throws IOException if the address cannot be listened on
    void start(InheritedSockets sockets) throws IOException {
        try {
            Optional<ServerSocketChannel> inherited = sockets.take(address.getHostString(), address.getPort());
            isInherited = inherited.isPresent();
            if (isInherited) {
                connector.open(inherited.get());
            }
            server.start();
        } catch (Exception e) {
            throw Listener.failure(address.getHostString(), address.getPort(), e);
        }
    }

    void stop() throws Exception {
        server.stop();
    }

    int port() {
        return isInherited ? address.getPort() : connector.getLocalPort();
    }
}
