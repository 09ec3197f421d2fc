package dev.aloft.server.cdn;

import dev.aloft.store.AwsSignature;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// Invalidations by path (`CreateInvalidation` of the API 2020-05-31). Each path ends with `*`, because queries belong
/// to the cache key.
///
/// CloudFront carries out 15 such paths of a distribution at a time (Developer Guide, *Concurrent invalidation request
/// maximum*). A batch with more is shortened to the folders of its files, and those to theirs. While CloudFront is
/// busy with earlier ones, it answers `TooManyInvalidationsInProgress`, and the batch is repeated.
///
/// @param endpoint `https://cloudfront.amazonaws.com`
/// @param distribution its id
record CloudFrontApi(URI endpoint, String distribution, AwsSignature signature, List<SiteUrls> sites)
        implements CdnApi {

    static final int MAX_PATHS = 15;

    private static final int MAX_FILES = 1000;

    @Override
    public List<ApiRequest> requests(List<CdnPurge> batch) {
        Set<String> paths = new TreeSet<>();
        for (CdnPurge purge : batch) {
            sites.stream()
                    .filter(site -> site.name().equals(purge.site()))
                    .forEach(site -> paths.addAll(site.prefixes(purge)));
        }
        if (paths.isEmpty()) {
            return List.of();
        }
        return List.of(new ApiRequest(
                "POST",
                endpoint.resolve("/2020-05-31/distribution/" + distribution + "/invalidation"),
                Map.of("Content-Type", "application/xml"),
                xml(shortened(paths))));
    }

    private static Set<String> shortened(Set<String> paths) {
        Set<String> shorter = paths;
        while (shorter.size() > MAX_PATHS) {
            shorter = shorter.stream()
                    .map(path -> path.substring(0, path.lastIndexOf('/', Math.max(0, path.length() - 2)) + 1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        return shorter;
    }

    /// Percent-encoded paths have no character that XML escapes.
    private static String xml(Set<String> paths) {
        return "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
                + "<CallerReference>aloft-" + UUID.randomUUID() + "</CallerReference><Paths><Items>"
                + paths.stream().map(path -> "<Path>" + path + "*</Path>").collect(Collectors.joining())
                + "</Items><Quantity>" + paths.size() + "</Quantity></Paths></InvalidationBatch>";
    }

    @Override
    public Map<String, String> headers(ApiRequest request) throws IOException {
        return signature.sign(
                request.method(),
                request.uri(),
                request.headers(),
                request.body().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isRefused(int status, String body) {
        return body.contains("<Code>InvalidArgument<") || body.contains("<Code>BatchTooLarge<");
    }

    @Override
    public int maxBatch() {
        return MAX_FILES;
    }

    @Override
    public boolean usesSurrogateKeys() {
        return false;
    }
}
