package dev.aloft.server.cdn;

import dev.aloft.store.AwsSignature;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The purge interface of one CDN. Immutable; sends nothing itself.
public sealed interface CdnApi permits VarnishApi, NginxApi, CloudFrontApi, CloudflareApi, FastlyApi {

    /// Varnish with the configuration that `aloft cdn varnish` prints.
    ///
    /// @param server its address, such as `http://10.0.0.5`
    static CdnApi varnish(URI server) {
        return new VarnishApi(server);
    }

    /// nginx with a module that purges by URL.
    ///
    /// @param server its address, such as `http://10.0.0.5`
    /// @param sites each with hosts
    static CdnApi nginx(URI server, List<SiteUrls> sites) {
        return new NginxApi(server, List.copyOf(sites));
    }

    /// A distribution of CloudFront, with the credentials of the SDK's chain.
    static CdnApi cloudFront(URI endpoint, String distribution, List<SiteUrls> sites) {
        return new CloudFrontApi(
                endpoint, distribution, AwsSignature.of("cloudfront", "us-east-1"), List.copyOf(sites));
    }

    /// A zone of Cloudflare.
    ///
    /// @param perMinute requests that the plan allows
    static CdnApi cloudflare(URI endpoint, String zone, Token token, int perMinute) {
        return new CloudflareApi(endpoint, zone, token, perMinute);
    }

    /// A service of Fastly.
    static CdnApi fastly(URI endpoint, String service, Token token) {
        return new FastlyApi(endpoint, service, token);
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

    /// The requests that the CDN takes in a time.
    default RequestRate rate() {
        return RequestRate.UNLIMITED;
    }

    /// The server that takes requests to other hosts, in absolute form (RFC 9112, 3.2.2); empty if each goes to the
    /// host that it names.
    default Optional<InetSocketAddress> server() {
        return Optional.empty();
    }

    /// A token for the interface of a CDN. It shows itself in no message.
    record Token(String value) {

        /// @throws IllegalArgumentException for a text that cannot be in a header
        public Token {
            if (!value.matches("[!-~]{1,1000}")) {
                throw new IllegalArgumentException("a token has visible letters of ASCII only");
            }
        }

        @Override
        public String toString() {
            return "a token";
        }
    }
}
