package dev.aloft.server.edge;

import java.util.List;
import org.eclipse.jetty.util.InetAddressSet;

/// Proxies that may say who the client is.
///
/// @param proxies addresses, or blocks of them as in `10.0.0.0/8`: load balancers and CDNs of the operator's
/// @param proxyProtocol whether each of their connections begins with a header of the PROXY protocol, as HAProxy and
///     balancers of TCP write it
public record TrustedProxies(List<String> proxies, boolean proxyProtocol) {

    /// No proxy: the client is the other end of the connection.
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), false);

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
