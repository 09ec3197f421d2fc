package dev.aloft.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The changes of a bucket's objects, by this process and by others, and those who are notified of them.
///
/// A watcher is called by the thread that makes or reports the change, so it must be quick and must not fail. Safe for
/// many threads.
public final class ObjectChanges {

    private final MetadataCache known;
    private final List<Consumer<ObjectKey>> ofThisProcess = new CopyOnWriteArrayList<>();
    private final List<Consumer<ObjectKey>> ofOthers = new CopyOnWriteArrayList<>();

    ObjectChanges(MetadataCache known) {
        this.known = known;
    }

    /// Notifies `watcher` of every key that this process changes, or may have changed, as soon as it is known; also of
    /// a write that failed with an unknown result.
    ///
    /// @return closed to hear no more
    public Watch watch(Consumer<ObjectKey> watcher) {
        ofThisProcess.add(watcher);
        return () -> ofThisProcess.remove(watcher);
    }

    /// The same, and also notifies `watcher` of changes [#elsewhere].
    public Watch watchAll(Consumer<ObjectKey> watcher) {
        Watch own = watch(watcher);
        ofOthers.add(watcher);
        return () -> {
            own.close();
            ofOthers.remove(watcher);
        };
    }

    /// A registration by [#watch].
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /// Forgets what is known of an object, because another process of Aloft has changed it.
    public void elsewhere(ObjectKey key) {
        known.doubtful(key);
        ofOthers.forEach(watcher -> watcher.accept(key));
    }

    /// The same for a change by another program, of which only this process has heard: all watchers are notified, as of
    /// a change by this process.
    public void byOtherProgram(ObjectKey key) {
        known.doubtful(key);
        here(key);
    }

    /// Forgets what is known of all objects, because any may have changed elsewhere. No watcher is notified.
    public void anyElsewhere() {
        known.allDoubtful();
    }

    /// Notifies the watchers of a change by this process, which is known already.
    void here(ObjectKey key) {
        ofThisProcess.forEach(watcher -> watcher.accept(key));
    }
}
