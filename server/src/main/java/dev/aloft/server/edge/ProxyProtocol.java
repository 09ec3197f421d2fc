package dev.aloft.server.edge;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;

/// Reads the client's address from the PROXY protocol's header, version 1 or 2, on connections of trusted proxies. A
/// connection of theirs without the header is closed. On any other connection the header is invalid HTTP.
final class ProxyProtocol extends ProxyConnectionFactory {

    private final ForwardedHeaders peers;
    private final ConnectionFactory next;

    /// @param next the protocol behind the header
    ProxyProtocol(ForwardedHeaders peers, ConnectionFactory next) {
        super(next.getProtocol());
        this.peers = peers;
        this.next = next;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return peers.isTrusted(endPoint.getRemoteSocketAddress())
                ? super.newConnection(connector, endPoint)
                : next.newConnection(connector, endPoint);
    }

    @Override
    protected void nextProtocol(Connector connector, EndPoint endPoint, ByteBuffer beginning) {
        throw new IllegalStateException("a trusted proxy's connection begins without a PROXY header: "
                + endPoint.getRemoteSocketAddress() + " (let it send one, or take proxy_protocol away)");
    }
}
