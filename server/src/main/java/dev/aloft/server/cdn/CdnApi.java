package dev.aloft.server.cdn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The purge interface of one CDN. Immutable; sends nothing itself.
public sealed interface CdnApi permits VarnishApi {

    /// Varnish with the configuration that `aloft cdn varnish` prints.
    ///
    /// @param server its address, such as `http://10.0.0.5`
    static CdnApi varnish(URI server) {
        return new VarnishApi(server);
    }

    /// The requests that purge a batch, in the order in which they are sent.
    ///
    /// @param batch at most [#maxBatch]
    List<ApiRequest> requests(List<CdnPurge> batch);

    /// The number of purges that the requests of one batch carry.
    int maxBatch();

    /// True if the CDN finds its answers by surrogate keys, which the edges must send.
    boolean usesSurrogateKeys();

    /// The headers of a request at this moment.
    ///
    /// @throws IOException if credentials cannot be found
    default Map<String, String> headers(ApiRequest request) throws IOException {
        return request.headers();
    }

    /// True if an answer confirms that its request has been carried out.
    default boolean isDone(int status, String body) {
        return status / 100 == 2;
    }

    /// True if an answer refuses the content of a request, which repeating it does not change.
    default boolean isRefused(int status, String body) {
        return status == 400 || status == 413 || status == 414 || status == 422;
    }

    /// The server that takes requests to other hosts, in absolute form (RFC 9112, 3.2.2); empty if each goes to the
    /// host that it names.
    default Optional<InetSocketAddress> server() {
        return Optional.empty();
    }
}
