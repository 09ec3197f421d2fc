package dev.aloft.image;

import dev.aloft.image.RenderRequest.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Requests for one original that are rendered from one decoding. Safe for many threads.
final class Batch {

    private final Map<RenderRequest, CompletableFuture<RenderPool.Picture>> requests = new LinkedHashMap<>();
    private boolean sealed;
    private boolean refused;

    /// Adds a request. Equal requests share one future.
    ///
    /// @return null when the batch is full or sealed, and the request is not in it
    @Nullable
    synchronized CompletableFuture<RenderPool.Picture> join(RenderRequest request) {
        CompletableFuture<RenderPool.Picture> same = requests.get(request);
        if (same != null) {
            return same;
        }
        if (sealed || requests.size() == WorkerProtocol.MAX_REQUESTS) {
            return null;
        }
        CompletableFuture<RenderPool.Picture> picture = new CompletableFuture<>();
        requests.put(request, picture);
        return picture;
    }

    /// True if a request was refused.
    synchronized boolean isRefused() {
        return refused;
    }

    /// Pixels of its requests together.
    synchronized long pixels() {
        long pixels = 0;
        for (RenderRequest request : requests.keySet()) {
            pixels += Math.min(request.pixels(), Long.MAX_VALUE / WorkerProtocol.MAX_REQUESTS);
        }
        return pixels;
    }

    /// Closes the batch to new requests.
    synchronized List<RenderRequest> seal() {
        sealed = true;
        return List.copyOf(requests.keySet());
    }

    synchronized void complete(String version, List<RenderRequest> answered, List<Outcome> outcomes) {
        for (int i = 0; i < answered.size(); i++) {
            refused |= outcomes.get(i) instanceof Outcome.Refused;
            Objects.requireNonNull(requests.get(answered.get(i)))
                    .complete(new RenderPool.Picture(version, outcomes.get(i)));
        }
    }

    /// Closes the batch, and fails every request that has no answer yet.
    synchronized void fail(Throwable e) {
        sealed = true;
        requests.values().forEach(picture -> picture.completeExceptionally(e));
    }
}
