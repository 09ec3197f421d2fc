package dev.aloft.server.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.InetAddressSet;

/// Believes a CDN or load balancer of the operator's what it says in `X-Forwarded-For`, `-Proto` and `-Host` and in
/// `Forwarded`; of everybody else such headers count for nothing.
///
/// Of a list of addresses the first counts: the peer must write the header anew, or know what it got.
final class TrustedPeers implements HttpConfiguration.Customizer {

    private final InetAddressSet peers = new InetAddressSet();
    private final ForwardedRequestCustomizer forwarded = new ForwardedRequestCustomizer();

    /// @param peers addresses, or blocks of them as in `10.0.0.0/8`
    TrustedPeers(List<String> peers) {
        this.peers.addAll(peers);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable answer) {
        boolean trusted = request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                && isTrusted(peer.getAddress());
        return trusted ? forwarded.customize(request, answer) : request;
    }

    private boolean isTrusted(InetAddress address) {
        return !peers.isEmpty() && peers.test(address);
    }
}
