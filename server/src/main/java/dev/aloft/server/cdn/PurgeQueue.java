package dev.aloft.server.cdn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The purges that wait for one CDN, in their order, each once; also in a file, which is read after a restart.
///
/// A purge is in the file before [#add] returns, and leaves it after [#delivered]. A process that is killed loses none;
/// the last ones may be repeated, which does no harm. A machine that loses power may lose those of its last seconds.
/// With more than [#MAX_WAITING], each site that waits is purged as a whole instead; the same if the file is damaged.
/// Safe for many threads that add, and one that takes.
final class PurgeQueue implements AutoCloseable {

    static final int MAX_WAITING = 10_000;

    /// Lines of delivered purges stay in the file until there are so many.
    private static final int MAX_LINES = 2 * MAX_WAITING;

    private static final Logger LOG = LoggerFactory.getLogger(PurgeQueue.class);

    private final Path file;
    private final FileChannel owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Set<CdnPurge> waiting = new LinkedHashSet<>();
    private List<CdnPurge> taken = List.of();
    private FileChannel lines;
    private int written;
    private long overflows;
    private boolean diskFails;
    private boolean closing;

    private PurgeQueue(Path file, FileChannel owner, Collection<CdnPurge> before) throws IOException {
        this.file = file;
        this.owner = owner;
        this.waiting.addAll(before);
        this.lines = rewritten();
    }

    /// Opens the queue of a CDN, with what waited when the last process ended.
    ///
    /// @param folder is created if it is missing
    /// @param cdn its name
    /// @param sites purged as a whole if the file is damaged
    /// @throws IOException if the file cannot be written, or another process has it
    static PurgeQueue open(Path folder, String cdn, Collection<String> sites) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(cdn + ".queue");
        FileChannel owner =
                FileChannel.open(folder.resolve(cdn + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isOwned(owner)) {
                throw new IOException(file + " is used by another process");
            }
            return new PurgeQueue(file, owner, read(file, sites));
        } catch (IOException | RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private static boolean isOwned(FileChannel owner) throws IOException {
        try {
            return owner.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another part of this process
        }
    }

    private static Collection<CdnPurge> read(Path file, Collection<String> sites) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        Set<CdnPurge> read = new LinkedHashSet<>();
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        try {
            text.lines().map(CdnPurge::parse).forEach(read::add);
            if (text.isEmpty() || text.endsWith("\n")) {
                return read;
            }
        } catch (IllegalArgumentException e) {
            // falls through: a line that is cut off or damaged may have meant any upload
        }
        LOG.warn("{} is damaged: all uploads are purged", file);
        return sites.stream().map(CdnPurge::all).toList();
    }

    /// Returns at once; never fails.
    void add(CdnPurge purge) {
        lock.lock();
        try {
            if (waiting.contains(purge) || waiting.contains(CdnPurge.all(purge.site()))) {
                return;
            }
            if (waiting.size() >= MAX_WAITING) {
                overflow(purge);
            } else {
                waiting.add(purge);
                append(purge);
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void overflow(CdnPurge purge) {
        overflows++;
        List<CdnPurge> sites = CdnPurge.sites(waiting);
        waiting.clear();
        waiting.addAll(sites);
        waiting.add(CdnPurge.all(purge.site()));
        rewrite();
    }

    private void append(CdnPurge purge) {
        try {
            ByteBuffer line = StandardCharsets.UTF_8.encode(purge.line() + "\n");
            while (line.hasRemaining()) {
                lines.write(line);
            }
            written++;
        } catch (IOException e) {
            diskFailed(e);
        }
    }

    /// Logged once. What waits is delivered from memory.
    private void diskFailed(IOException e) {
        if (!diskFails) {
            diskFails = true;
            LOG.warn("{} cannot be written: {}; purges that wait when this process ends are lost", file, e.toString());
        }
    }

    private void rewrite() {
        try {
            FileChannel before = lines;
            lines = rewritten();
            before.close();
            diskFails = false;
        } catch (IOException e) {
            diskFailed(e);
        }
    }

    /// A new file with what is not delivered yet, in place of the old one at once.
    private FileChannel rewritten() throws IOException {
        List<CdnPurge> all = new ArrayList<>(taken);
        all.addAll(waiting);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        String text = all.stream().map(purge -> purge.line() + "\n").collect(Collectors.joining());
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        written = all.size();
        return FileChannel.open(file, StandardOpenOption.APPEND);
    }

    /// Waits until something waits, and then for more of it.
    ///
    /// @param max of purges
    /// @param collect the time in which further ones join the batch
    /// @return empty only when the queue closes
    List<CdnPurge> take(int max, Duration collect) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closing) {
                arrived.await();
            }
            long nanos = collect.toNanos();
            while (waiting.size() < max && !closing && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            taken = waiting.stream().limit(max).toList();
            taken.forEach(waiting::remove);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets what was taken last.
    void delivered() {
        lock.lock();
        try {
            taken = List.of();
            if (waiting.isEmpty() || written > MAX_LINES || diskFails) {
                rewrite();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The purges that are not delivered yet.
    int size() {
        lock.lock();
        try {
            return waiting.size() + taken.size();
        } finally {
            lock.unlock();
        }
    }

    /// The times that whole sites were purged because too much waited.
    long overflows() {
        lock.lock();
        try {
            return overflows;
        } finally {
            lock.unlock();
        }
    }

    /// [#take] waits no more.
    void announceClose() {
        lock.lock();
        try {
            closing = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Purges that wait stay in the file.
    @Override
    public void close() throws IOException {
        announceClose();
        lock.lock();
        try {
            lines.close();
        } finally {
            lock.unlock();
        }
        owner.close();
    }
}
