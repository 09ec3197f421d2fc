package dev.aloft.store;

import dev.aloft.store.Bucket.Watch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Those who are notified of changed keys of a bucket. Safe for many threads.
final class Watchers {

    private final List<Consumer<ObjectKey>> ofThisProcess = new CopyOnWriteArrayList<>();
    private final List<Consumer<ObjectKey>> ofOthers = new CopyOnWriteArrayList<>();

    /// Of changes by this process.
    Watch watch(Consumer<ObjectKey> watcher) {
        ofThisProcess.add(watcher);
        return () -> ofThisProcess.remove(watcher);
    }

    /// Of changes by any process.
    Watch watchAll(Consumer<ObjectKey> watcher) {
        Watch own = watch(watcher);
        ofOthers.add(watcher);
        return () -> {
            own.close();
            ofOthers.remove(watcher);
        };
    }

    void changed(ObjectKey key) {
        ofThisProcess.forEach(watcher -> watcher.accept(key));
    }

    void changedElsewhere(ObjectKey key) {
        ofOthers.forEach(watcher -> watcher.accept(key));
    }
}
