package dev.aloft.server.cdn;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Bans by surrogate key: one request of the method `BAN`, from whose keys the configuration of `aloft cdn varnish`
/// makes a regular expression.
///
/// @param address of the server
record VarnishApi(URI address) implements CdnApi {

    /// Keys have at most 80 letters, and Varnish takes headers of 8 KiB (`http_req_hdr_len`).
    private static final int MAX_KEYS = 64;

    @Override
    public List<ApiRequest> requests(List<CdnPurge> batch) {
        String keys = batch.stream().map(CdnPurge::surrogateKey).collect(Collectors.joining(" "));
        return List.of(new ApiRequest("BAN", address.resolve("/"), Map.of("Surrogate-Key", keys), ""));
    }

    @Override
    public int maxBatch() {
        return MAX_KEYS;
    }

    @Override
    public boolean usesSurrogateKeys() {
        return true;
    }
}
