package dev.aloft.files;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A file that is open for reading and writing, on a copy of its own; S3 has no other way.
///
/// The copy is fetched when it is first needed, and what became of it is published on a condition that S3 checks:
/// that the version it was made from is still the newest, or that there is still no file. So no change is
/// lost, and the slower of two writers gets an error. A file that was opened only to be replaced has no such version,
/// and the last to close wins.
final class StagedFile implements OpenFile {

    private final FileTree tree;
    private final Bucket bucket;
    private final FilePath path;
    private final String uri;
    private final ReentrantLock lock = new ReentrantLock();
    private final Scratch scratch;
    private WriteCondition condition;
    private @Nullable StoredObject base;
    private boolean fetched;
    private boolean changed;
    private boolean broken;
    private boolean closed;

    private StagedFile(FileTree tree, FilePath path, @Nullable StoredObject base, WriteCondition condition)
            throws IOException {
        this.tree = tree;
        this.bucket = tree.bucket();
        this.path = path;
        this.uri = tree.uri(path);
        this.base = base;
        this.condition = condition;
        this.fetched = base == null;
        this.changed = base == null;
        this.scratch = Scratch.open();
    }

    /// A file that will exist when this is closed, whatever is there now, or under the condition that nothing is.
    static StagedFile empty(FileTree tree, FilePath path, WriteCondition condition) throws IOException {
        return new StagedFile(tree, path, null, condition);
    }

    /// A file whose bytes are to be changed.
    static StagedFile of(FileTree tree, FilePath path, StoredObject base) throws IOException {
        return new StagedFile(tree, path, base, WriteCondition.ifVersion(base.etag()));
    }

    @Override
    public long size() throws IOException {
        return locked(() -> fetched || base == null ? scratch.size() : base.size());
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return locked(() -> {
            fetch();
            return scratch.read(target, position);
        });
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return locked(() -> {
            fetch();
            changed = true;
            broken = true;
            int count = scratch.write(source, position);
            broken = false;
            return count;
        });
    }

    @Override
    public void truncate(long size) throws IOException {
        locked(() -> {
            if (size < size()) {
                fetched |= size == 0;
                fetch();
                scratch.truncate(size);
                changed = true;
            }
            return 0;
        });
    }

    @Override
    public void publish() throws IOException {
        locked(() -> {
            if (broken) {
                throw FileErrors.brokenWrite(uri);
            }
            if (changed) {
                base = store();
                changed = false;
                if (!(condition instanceof WriteCondition.Always)) {
                    condition = WriteCondition.ifVersion(base.etag());
                }
            }
            return 0;
        });
    }

    private StoredObject store() throws IOException {
        StoredObject old = base;
        try {
            if (old != null && condition instanceof WriteCondition.Version) {
                return bucket.replace(old, scratch.content());
            }
            return bucket.put(path.key(), scratch.content(), scratch.size(), tree.headers(path, null), condition);
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION ? tooLate(e) : e;
        }
    }

    private FileSystemException tooLate(StoreException e) {
        return condition instanceof WriteCondition.Absent
                ? FileErrors.createdMeanwhile(uri, e)
                : FileErrors.changedMeanwhile(uri, e);
    }

    private void fetch() throws IOException {
        StoredObject version = base;
        if (fetched || version == null) {
            return;
        }
        try (ObjectContent content = bucket.read(version.key(), null, version.etag(), Duration.ZERO)) {
            scratch.fill(content.body());
            fetched = true;
        } catch (StoreException e) {
            throw e.kind() == Kind.PRECONDITION || e.kind() == Kind.NOT_FOUND ? tooLate(e) : e;
        }
    }

    @Override
    public void close() throws IOException {
        locked(() -> {
            if (!closed) {
                closed = true;
                try (scratch) {
                    publish();
                }
            }
            return 0;
        });
    }

    @Override
    public void abort() throws IOException {
        locked(() -> {
            closed = true;
            scratch.close();
            return 0;
        });
    }

    private <T> T locked(IoCall<T> call) throws IOException {
        lock.lock();
        try {
            return call.run();
        } finally {
            lock.unlock();
        }
    }

    private interface IoCall<T> {
        T run() throws IOException;
    }
}
