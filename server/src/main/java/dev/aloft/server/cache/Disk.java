package dev.aloft.server.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The large answers that are kept on disk, bounded by their bytes and by [#MAX_FILES]; those asked for most often stay
/// (W-TinyLFU).
///
/// Each file has no name from the moment it is opened, so that nothing is left of it when this process ends, however it
/// ends: the cache is empty after a start, and what a crash tore is never read. Safe for many threads.
final class Disk implements AutoCloseable {

    /// Each file is a descriptor of this process.
    static final int MAX_FILES = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    private final Path folder;
    private final long maxBytes;
    private final Cache<String, LargeBody> bodies;

    private Disk(Path folder, long maxBytes) {
        this.folder = folder;
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

    /// @param folder made if it is not there
    static Disk open(Path folder, long maxBytes) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Disk disk = new Disk(folder, maxBytes);
        disk.newFile().close(); // Fails now rather than at the first visitor.
        return disk;
    }

    private static long kibibytes(long bytes) {
        return Math.clamp((bytes + 1023) / 1024, 1, Integer.MAX_VALUE);
    }

    private FileChannel newFile() throws IOException {
        return FileChannel.open(
                folder.resolve(UUID.randomUUID().toString()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /// A place for a version, in the place of what is held for the key; nothing when the disk does not give one, or the
    /// body is larger than all it may hold.
    Optional<LargeBody> place(String key, long length, String etag) {
        if (length > maxBytes) {
            return Optional.empty();
        }
        try {
            LargeBody body = new LargeBody(newFile(), length, etag);
            LargeBody before = bodies.asMap().put(key, body);
            if (before != null) {
                drop(before);
            }
            return Optional.of(body);
        } catch (IOException e) {
            LOG.warn("cannot keep answers in {}: {}", folder, e.toString());
            return Optional.empty();
        }
    }

    /// It holds more now than when it was last looked at.
    void grown(String key, LargeBody body) {
        bodies.asMap().replace(key, body, body);
    }

    void forget(String key, LargeBody body) {
        bodies.asMap().remove(key, body);
        drop(body);
    }

    long bytes() {
        return bodies.policy().eviction().orElseThrow().weightedSize().orElse(0) * 1024;
    }

    private static void drop(LargeBody body) {
        try {
            body.drop();
        } catch (IOException e) {
            LOG.warn("cannot close the file of an answer: {}", e.toString());
        }
    }

    @Override
    public void close() {
        bodies.asMap().values().forEach(Disk::drop);
        bodies.invalidateAll();
    }
}
