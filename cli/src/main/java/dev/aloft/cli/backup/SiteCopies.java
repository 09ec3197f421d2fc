package dev.aloft.cli.backup;

import dev.aloft.backup.BackupException;
import dev.aloft.backup.FileStates;
import dev.aloft.files.FilePath;
import dev.aloft.server.agent.KeptCopies;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The files in the snapshots of one site, as its agent gives them to WordPress. Manifests are read one after the
/// other; a reader waits [#WAIT_LIMIT] for those before it.
final class SiteCopies implements KeptCopies {

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

    private final FileStates states;
    private final Duration waitLimit;
    private final ReentrantLock reading = new ReentrantLock();

    SiteCopies(FileStates states) {
        this(states, WAIT_LIMIT);
    }

    SiteCopies(FileStates states, Duration waitLimit) {
        this.states = states;
        this.waitLimit = waitLimit;
    }

    @Override
    public History of(FilePath path) throws IOException {
        return reading(path, key -> {
            FileStates.History history = states.of(key);
            return new History(history.states().stream().map(SiteCopies::state).toList(), history.more());
        });
    }

    private static State state(FileStates.State state) {
        return new State(
                state.snapshot(), state.moment(), state.modified(), state.size(), state.etag(), state.contentEtag());
    }

    @Override
    public ObjectContent open(String id, FilePath path, @Nullable ByteRange range) throws IOException {
        return reading(path, key -> states.open(id, key, range));
    }

    @Override
    public CopySource source(String id, FilePath path) throws IOException {
        return reading(path, key -> states.source(id, key));
    }

    private void awaitTurn(FilePath path) throws StoreException {
        String attempt = "read the snapshots of " + path;
        try {
            if (!reading.tryLock(waitLimit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreException(
                        StoreException.Kind.BUSY,
                        "cannot " + attempt + ": snapshots are being read for other requests of the site");
            }
        } catch (InterruptedException e) {
            throw StoreException.interrupted(attempt, e);
        }
    }

    private interface Reading<T> {
        T of(ObjectKey key) throws IOException;
    }

    private <T> T reading(FilePath path, Reading<T> step) throws IOException {
        awaitTurn(path);
        try {
            return step.of(ObjectKey.of(path.toString()));
        } catch (BackupException e) {
            FileSystemException failure = e.kind() == BackupException.Kind.NOT_FOUND
                    ? new NoSuchFileException(path.toString(), null, e.getMessage())
                    : new FileSystemException(path.toString(), null, e.getMessage());
            failure.initCause(e);
            throw failure;
        } finally {
            reading.unlock();
        }
    }
}
