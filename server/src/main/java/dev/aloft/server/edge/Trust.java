package dev.aloft.server.edge;

import java.util.List;
import org.eclipse.jetty.util.InetAddressSet;

/// Whose word on who the client is counts.
///
/// @param proxies addresses, or blocks of them as in `10.0.0.0/8`: load balancers and CDNs of the operator's
/// @param proxyProtocol whether each of their connections begins with a header of the PROXY protocol, as HAProxy and
///     balancers of TCP write it
public record Trust(List<String> proxies, boolean proxyProtocol) {

    /// Nobody's.
    public static final Trust NOBODY = new Trust(List.of(), false);

    public Trust {
        proxies = List.copyOf(proxies);
        if (proxyProtocol && proxies.isEmpty()) {
            throw new IllegalArgumentException("the PROXY protocol is for proxies that are trusted, and none is");
        }
        if (!new InetAddressSet().addAll(proxies) && !proxies.isEmpty()) {
            throw new IllegalArgumentException("not addresses: " + proxies);
        }
    }

    /// That of these, in headers of HTTP.
    public static Trust of(List<String> proxies) {
        return new Trust(proxies, false);
    }
}
