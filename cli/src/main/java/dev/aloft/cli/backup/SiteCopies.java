package dev.aloft.cli.backup;

import dev.aloft.backup.BackupException;
import dev.aloft.backup.FileStates;
import dev.aloft.files.FilePath;
import dev.aloft.server.agent.KeptCopies;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The files in the snapshots of one site, as its agent gives them to WordPress. Manifests are read one after the
/// other.
final class SiteCopies implements KeptCopies {

    private final FileStates states;
    private final ReentrantLock reading = new ReentrantLock();

    SiteCopies(FileStates states) {
        this.states = states;
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

    private interface Reading<T> {
        T of(ObjectKey key) throws IOException;
    }

    private <T> T reading(FilePath path, Reading<T> step) throws IOException {
        reading.lock();
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
