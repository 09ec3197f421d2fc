package dev.aloft.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;

/// Blocks of large objects that were read a moment ago: the index at a film's end, the directory of an archive.
///
/// A read takes the blocks that are held, and fetches the rest as one range. Blocks are kept by bucket, key, entity tag
/// and place, so nothing here can be stale. Bounded by the bytes held; a read of more than [#MAX_READ_BYTES] is not for
/// this cache, and nothing is kept longer than [#IDLE_LIMIT] without being read. Safe for many threads.
final class BlockCache {

    static final int BLOCK_BYTES = 64 << 10;
    static final int MAX_READ_BYTES = 1 << 20;

    static final long MAX_BYTES = Math.min(32 << 20, Runtime.getRuntime().maxMemory() / 24);

    static final Duration IDLE_LIMIT = Duration.ofMinutes(5);

    /// No block is empty.
    private static final byte[] MISSING = {};

    private final String bucket;
    private final Cache<Block, byte[]> blocks;

    /// An empty cache; [#in] gives that of a bucket.
    BlockCache() {
        this(
                "",
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .maximumWeight(MAX_BYTES)
                        .weigher((Block _, byte[] bytes) -> bytes.length + 256)
                        .expireAfterAccess(IDLE_LIMIT)
                        .build());
    }

    private BlockCache(String bucket, Cache<Block, byte[]> blocks) {
        this.bucket = bucket;
        this.blocks = blocks;
    }

    /// The same memory, for the objects of one bucket.
    BlockCache in(String other) {
        return new BlockCache(other, blocks);
    }

    private record Block(String bucket, ObjectKey key, String etag, long number) {}

    /// Fetches a range of the version from S3.
    interface Fetch {
        ObjectContent get(ByteRange range) throws IOException;
    }

    /// @param part with both ends known, at most [#MAX_READ_BYTES] long
    byte[] read(StoredObject version, ByteRange part, Fetch fetch) throws IOException {
        long first = part.first() / BLOCK_BYTES;
        byte[][] run = new byte[(int) (part.last() / BLOCK_BYTES - first) + 1][];
        for (int i = 0; i < run.length; i++) {
            run[i] = blocks.asMap().getOrDefault(block(version, first + i), MISSING);
        }
        fillGap(version, first, run, fetch);
        return join(run, (int) (part.first() % BLOCK_BYTES), (int) part.length());
    }

    private Block block(StoredObject version, long number) {
        return new Block(bucket, version.key(), version.etag(), number);
    }

    /// Fetches from the first block that is missing to the last.
    private void fillGap(StoredObject version, long first, byte[][] run, Fetch fetch) throws IOException {
        int from = 0;
        int to = run.length;
        while (from < to && run[from].length > 0) {
            from++;
        }
        while (from < to && run[to - 1].length > 0) {
            to--;
        }
        if (from == to) {
            return;
        }
        long end = Math.min(version.size(), (first + to) * BLOCK_BYTES);
        try (ObjectContent gap = fetch.get(ByteRange.of((first + from) * BLOCK_BYTES, end - 1))) {
            for (int i = from; i < to; i++) {
                run[i] = gap.body().readNBytes(BLOCK_BYTES); // fails when S3 sends fewer than it announced
                blocks.put(block(version, first + i), run[i]);
            }
        }
    }

    private static byte[] join(byte[][] run, int skipped, int length) {
        byte[] bytes = new byte[length];
        int from = skipped;
        int copied = 0;
        for (byte[] block : run) {
            int n = Math.min(block.length - from, length - copied);
            System.arraycopy(block, from, bytes, copied, n);
            copied += n;
            from = 0;
        }
        return bytes;
    }
}
