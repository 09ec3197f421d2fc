package dev.aloft.server.edge;

import java.util.List;
import org.eclipse.jetty.util.InetAddressSet;

/// Proxies that may say who the client is.
///
/// @param proxies addresses, or blocks such as `10.0.0.0/8`, of the operator's load balancers and CDNs
/// @param proxyProtocol expects the PROXY protocol's header at the beginning of each of their connections, as HAProxy
///     and TCP load balancers write it
public record TrustedProxies(List<String> proxies, boolean proxyProtocol) {

    /// No proxy: the client is the other end of the connection.
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), false);

    /// @throws IllegalArgumentException for an invalid address or block, or the PROXY protocol without proxies
    public TrustedProxies {
        proxies = List.copyOf(proxies);
        if (proxyProtocol && proxies.isEmpty()) {
            throw new IllegalArgumentException("the PROXY protocol is for proxies that are trusted, and none is");
        }
        if (!new InetAddressSet().addAll(proxies) && !proxies.isEmpty()) {
            throw new IllegalArgumentException("not addresses: " + proxies);
        }
    }

    /// These, by headers of HTTP.
    public static TrustedProxies of(List<String> proxies) {
        return new TrustedProxies(proxies, false);
    }
}
