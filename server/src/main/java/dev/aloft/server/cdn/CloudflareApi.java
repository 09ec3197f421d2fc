package dev.aloft.server.cdn;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Purges by cache tag (`POST /zones/ID/purge_cache`): 100 tags a request, and 25 requests at once, then 5 a minute or
/// more, by the plan (Cloudflare's page *Purge cache*).
///
/// @param endpoint `https://api.cloudflare.com`
/// @param zone its id
/// @param token that may purge the zone
/// @param perMinute requests that the plan allows
record CloudflareApi(URI endpoint, String zone, CdnApi.Token token, int perMinute) implements CdnApi {

    private static final int MAX_TAGS = 100;
    private static final int BURST = 25;
    private static final Pattern SUCCESS = Pattern.compile("\"success\"\\s*:\\s*true");

    @Override
    public List<ApiRequest> requests(List<CdnPurge> batch) {
        String tags =
                batch.stream().map(purge -> '"' + purge.surrogateKey() + '"').collect(Collectors.joining(","));
        return List.of(new ApiRequest(
                "POST",
                endpoint.resolve("/client/v4/zones/" + zone + "/purge_cache"),
                Map.of("Authorization", "Bearer " + token.value(), "Content-Type", "application/json"),
                "{\"tags\":[" + tags + "]}"));
    }

    @Override
    public boolean isDone(int status, String body) {
        return status / 100 == 2 && SUCCESS.matcher(body).find();
    }

    @Override
    public RequestRate rate() {
        return new RequestRate(BURST, perMinute);
    }

    @Override
    public int maxBatch() {
        return MAX_TAGS;
    }

    @Override
    public boolean usesSurrogateKeys() {
        return true;
    }
}
