package dev.aloft.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.util.concurrent.locks.ReentrantLock;

/// A file that is open for adding to its end. What was added waits on this host's disk, and follows what others
/// have added by then when it is published: appends of several writers all arrive.
final class AppendedFile implements OpenFile {

    private final FileTree tree;
    private final FilePath path;
    private final ReentrantLock lock = new ReentrantLock();
    private final Scratch scratch;
    private long sizeBefore;
    private boolean mustCreate;
    private boolean broken;
    private boolean closed;

    /// @param sizeBefore of the file as it was opened
    /// @param mustCreate whether the file is missing, and to be made even if nothing is added
    AppendedFile(FileTree tree, FilePath path, long sizeBefore, boolean mustCreate) throws IOException {
        this.tree = tree;
        this.path = path;
        this.sizeBefore = sizeBefore;
        this.mustCreate = mustCreate;
        this.scratch = Scratch.open();
    }

    @Override
    public long size() throws IOException {
        lock.lock();
        try {
            return sizeBefore + scratch.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target, long position) {
        throw new NonReadableChannelException();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        lock.lock();
        try {
            broken = true;
            int count = scratch.write(source, scratch.size());
            broken = false;
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        lock.lock();
        try {
            if (size < sizeBefore) {
                throw FileErrors.failed(
                        tree.uri(path), "only what was added is taken back from a file open for appending", null);
            }
            scratch.truncate(size - sizeBefore);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void publish() throws IOException {
        lock.lock();
        try {
            if (broken) {
                throw FileErrors.brokenWrite(tree.uri(path));
            }
            if (scratch.size() > 0 || mustCreate) {
                sizeBefore =
                        tree.append(path, scratch.content(), WriteHeaders.NONE).size();
                mustCreate = false;
                scratch.truncate(0);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                try (scratch) {
                    publish();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void abort() throws IOException {
        lock.lock();
        try {
            closed = true;
            scratch.close();
        } finally {
            lock.unlock();
        }
    }
}
