package dev.aloft.server.edge;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;

/// Takes the client's address from the header, of version 1 or 2 of the PROXY protocol, with which connections of
/// trusted peers begin; one of theirs that begins otherwise is closed. It is the address of the connection that
/// decides, not what comes: to everybody else such a header is no HTTP.
final class ProxyProtocol extends ProxyConnectionFactory {

    private final ForwardedHeaders peers;
    private final ConnectionFactory next;

    /// @param next what the connection is for, behind the header
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
