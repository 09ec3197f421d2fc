package dev.aloft.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The orders for one original that are made from one decoding of it. Guarded by its pool's lock.
final class Batch {

    private final Map<RenderRequest, CompletableFuture<RenderPool.Picture>> orders = new LinkedHashMap<>();
    private boolean sealed;

    /// What becomes of an order: shared with everybody who has the same one; nothing when it is too late for a new one.
    @Nullable
    CompletableFuture<RenderPool.Picture> join(RenderRequest order) {
        CompletableFuture<RenderPool.Picture> same = orders.get(order);
        if (same != null) {
            return same;
        }
        if (sealed || orders.size() == WorkerProtocol.MAX_REQUESTS) {
            return null;
        }
        CompletableFuture<RenderPool.Picture> picture = new CompletableFuture<>();
        orders.put(order, picture);
        return picture;
    }

    /// Takes no more new orders.
    List<RenderRequest> seal() {
        sealed = true;
        return List.copyOf(orders.keySet());
    }

    void complete(String version, List<RenderRequest> sealedOrders, List<Outcome> outcomes) {
        for (int i = 0; i < sealedOrders.size(); i++) {
            Objects.requireNonNull(orders.get(sealedOrders.get(i)))
                    .complete(new RenderPool.Picture(version, outcomes.get(i)));
        }
    }

    void fail(Exception e) {
        orders.values().forEach(picture -> picture.completeExceptionally(e));
    }
}
