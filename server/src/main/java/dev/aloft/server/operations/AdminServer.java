package dev.aloft.server.operations;

import dev.aloft.linux.InheritedSockets;
import dev.aloft.server.uploads.PlainText;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// The server of an admin address.
final class AdminServer {

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    /// Opens nothing before [#start].
    AdminServer(InetSocketAddress address, Handler pages) {
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setErrorHandler(PlainText.errors());
        server.setHandler(pages);
    }

    /// @param sockets of the service manager, which may have the address
    void start(InheritedSockets sockets) throws Exception {
        Optional<ServerSocketChannel> inherited = sockets.take(connector.getPort());
        if (inherited.isPresent()) {
            connector.open(inherited.get());
        }
        server.start();
    }

    void stop() throws Exception {
        server.stop();
    }

    int port() {
        return connector.getLocalPort();
    }
}
