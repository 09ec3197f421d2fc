package dev.aloft.server.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.InetAddressSet;

/// Applies `X-Forwarded-For`, `-Proto` and `-Host` of trusted proxies. These headers are ignored from any other
/// address. `Forwarded` is always ignored: a proxy that writes the `X-` headers passes it on as the client wrote it.
/// The client is the last address of a list that is not trusted itself. The addresses before it are that client's own
/// claims.
final class ForwardedHeaders implements HttpConfiguration.Customizer {

    private final InetAddressSet peers = new InetAddressSet();
    private final ForwardedRequestCustomizer forwarded = new ForwardedRequestCustomizer();

    ForwardedHeaders(TrustedProxies trust) {
        peers.addAll(trust.proxies());
        forwarded.setForwardedHeader(null);
        forwarded.setForwardedServerHeader(null);
        forwarded.setForwardedPortHeader(null);
        forwarded.setForwardedHttpsHeader(null);
        forwarded.setForwardedCipherSuiteHeader(null);
        forwarded.setForwardedSslSessionIdHeader(null);
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable answer) {
        return isTrusted(request.getConnectionMetaData().getRemoteSocketAddress())
                ? forwarded.customize(new OneClient(request), answer)
                : request;
    }

    /// Checks whether the peer of a connection is a trusted proxy.
    boolean isTrusted(SocketAddress peer) {
        return !peers.isEmpty()
                && peer instanceof InetSocketAddress address
                && !address.isUnresolved()
                && peers.test(address.getAddress());
    }

    private Optional<InetAddress> client(List<String> hops) {
        Optional<InetAddress> client = Optional.empty();
        for (String hop : hops.reversed()) {
            Optional<InetAddress> address = address(hop);
            if (address.isEmpty()) {
                return client; // The proxy did not know the address.
            }
            client = address;
            if (!peers.test(address.get())) {
                return client;
            }
        }
        return client;
    }

    private static Optional<InetAddress> address(String hop) {
        try {
            String host = new HostPort(hop).getHost();
            return Optional.of(
                    InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// A request that names one client, or none.
    private final class OneClient extends Request.Wrapper {

        private final HttpFields headers;

        OneClient(Request request) {
            super(request);
            HttpFields.Mutable kept = HttpFields.build(request.getHeaders());
            List<String> hops = kept.getCSV(HttpHeader.X_FORWARDED_FOR, false);
            kept.remove(HttpHeader.X_FORWARDED_FOR);
            client(hops).ifPresent(client -> kept.put(HttpHeader.X_FORWARDED_FOR, client.getHostAddress()));
            headers = kept.asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
