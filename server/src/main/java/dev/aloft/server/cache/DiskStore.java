package dev.aloft.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The large answers on disk, limited by their total size and by [#MAX_FILES]; eviction is by W-TinyLFU. They outlive
/// this process, see [SliceFile]. One process at a time uses the folder. Safe for many threads.
final class DiskStore implements AutoCloseable {

    /// Each file takes one file descriptor.
    static final int MAX_FILES = 4096;

    /// The time for which nothing new is stored after a failed write.
    static final Duration PAUSE_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);

    private final Path folder;
    private final FileChannel lock;
    private final List<Path> left;
    private final Set<String> purged = ConcurrentHashMap.newKeySet();
    private final Set<String> purgedPrefixes = ConcurrentHashMap.newKeySet();
    private volatile boolean takingOver = true;
    private volatile long pausedUntil = System.nanoTime();
    private final long maxBytes;
    private final Cache<String, LargeBody> bodies;
    private volatile boolean closed;

    private DiskStore(Path folder, FileChannel lock, List<Path> left, long maxBytes) {
        this.folder = folder;
        this.lock = lock;
        this.left = left;
        this.maxBytes = maxBytes;
        long least = Math.max(1, maxBytes / MAX_FILES);
        this.bodies = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(kibibytes(maxBytes))
                .weigher((String _, LargeBody body) -> (int) kibibytes(Math.max(least, body.bytesHeld())))
                .removalListener((@Nullable String _, @Nullable LargeBody body, RemovalCause cause) -> {
                    if (body != null && cause.wasEvicted()) {
                        drop(body);
                    }
                })
                .build();
    }

    /// @param folder created if missing
    ///
    /// @throws IOException if the folder cannot be written or another process uses it
    static DiskStore open(Path folder, long maxBytes) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return new DiskStore(folder, lock, left(folder), maxBytes);
            }
        } catch (OverlappingFileLockException e) {
            // This process uses it.
        }
        lock.close();
        throw new IOException("another edge keeps its cache in " + folder + "; give each edge its own cache_folder");
    }

    private static long kibibytes(long bytes) {
        return Math.clamp((bytes + 1023) / 1024, 1, Integer.MAX_VALUE);
    }

    private static List<Path> left(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SliceFile.SUFFIX)) {
            List<Path> left = new ArrayList<>();
            files.forEach(left::add);
            return left;
        }
    }

    /// Takes over the answers of an earlier process as far as there is room, and deletes the others. If other users can
    /// write to the folder, nothing is taken over. To be called once.
    ///
    /// @param each called for every answer taken over
    void takeOver(BiConsumer<String, StoredAnswer> each) {
        int taken = 0;
        for (Path path : left) {
            if (closed) {
                return;
            }
            try {
                Optional<SliceFile.Found> found = isMine() ? SliceFile.open(path) : Optional.empty();
                if (found.isPresent() && takeOver(found.get(), each)) {
                    taken++;
                } else if (found.isEmpty()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn("cannot take over {}: {}", path, e.toString());
            }
        }
        takingOver = false;
        purged.clear();
        purgedPrefixes.clear();
        LOG.info("took over {} of {} stored answers in {}", taken, left.size(), folder);
    }

    private boolean isMine() throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private boolean takeOver(SliceFile.Found found, BiConsumer<String, StoredAnswer> each) throws IOException {
        DiskHeader description = DiskHeader.read(found.description());
        String key = description.key();
        LargeBody body = LargeBody.takenOver(found.file(), description.etag());
        if (bodies.asMap().putIfAbsent(key, body) != null) {
            drop(body); // A newer answer is already stored.
            return false;
        }
        each.accept(key, description.answer(body));
        if (purged.contains(key) || purgedPrefixes.stream().anyMatch(key::startsWith)) {
            forget(key, body);
            return false;
        }
        return true;
    }

    /// A new body for a key, which replaces the stored one; nothing if the disk fails or the body is larger than the
    /// whole disk cache.
    Optional<LargeBody> place(String key, long length, String etag) {
        if (length > maxBytes || System.nanoTime() - pausedUntil < 0) {
            return Optional.empty();
        }
        try {
            LargeBody body = new LargeBody(SliceFile.create(folder, length), etag);
            LargeBody before = bodies.asMap().put(key, body);
            if (before != null) {
                drop(before);
            }
            return Optional.of(body);
        } catch (IOException e) {
            LOG.warn("cannot store answers in {}: {}", folder, e.toString());
            return Optional.empty();
        }
    }

    /// Stores nothing new for [#PAUSE_INTERVAL] after a failed write.
    void failed(DiskFailure failure) {
        LOG.warn("{}; the disk cache stores nothing new for {} s", failure.getMessage(), PAUSE_INTERVAL.toSeconds());
        pausedUntil = System.nanoTime() + PAUSE_INTERVAL.toNanos();
    }

    /// Updates the size of an answer that has grown.
    void grown(String key, LargeBody body) {
        bodies.asMap().replace(key, body, body);
    }

    void forget(String key, LargeBody body) {
        bodies.asMap().remove(key, body);
        drop(body);
    }

    void purge(String key) {
        if (takingOver) {
            purged.add(key);
        }
        LargeBody body = bodies.asMap().remove(key);
        if (body != null) {
            drop(body);
        }
    }

    void purgePrefix(String prefix) {
        if (takingOver) {
            purgedPrefixes.add(prefix);
        }
        bodies.asMap().keySet().stream().filter(key -> key.startsWith(prefix)).forEach(this::purge);
    }

    long bytes() {
        return bodies.policy().eviction().orElseThrow().weightedSize().orElse(0) * 1024;
    }

    private static void drop(LargeBody body) {
        try {
            body.drop();
        } catch (IOException e) {
            LOG.warn("cannot delete the file of an answer: {}", e.toString());
        }
    }

    /// Leaves the files to a later process.
    @Override
    public void close() {
        closed = true;
        for (LargeBody body : bodies.asMap().values()) {
            try {
                body.leaveToOthers();
            } catch (IOException e) {
                LOG.warn("cannot close the file of an answer: {}", e.toString());
            }
        }
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("cannot release {}: {}", folder, e.toString());
        }
    }
}
