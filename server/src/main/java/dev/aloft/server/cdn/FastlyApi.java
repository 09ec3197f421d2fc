package dev.aloft.server.cdn;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Purges by surrogate key (`POST /service/ID/purge`): 256 keys a request (Fastly's API reference, *Purge multiple
/// surrogate key tags*).
///
/// @param endpoint `https://api.fastly.com`
/// @param service its id
/// @param token that may purge the service
record FastlyApi(URI endpoint, String service, CdnApi.Token token) implements CdnApi {

    private static final int MAX_KEYS = 256;

    @Override
    public List<ApiRequest> requests(List<CdnPurge> batch) {
        String keys =
                batch.stream().map(purge -> '"' + purge.surrogateKey() + '"').collect(Collectors.joining(","));
        return List.of(new ApiRequest(
                "POST",
                endpoint.resolve("/service/" + service + "/purge"),
                Map.of("Fastly-Key", token.value(), "Content-Type", "application/json"),
                "{\"surrogate_keys\":[" + keys + "]}"));
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
