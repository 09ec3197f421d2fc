package dev.aloft.store;

/// The resources that the buckets of a store share: each limit is one for all of them together.
record StoreResources(FairShare connections, FairShare memory, BodyCache bodies, BlockCache blocks) {

    /// The maximum number of requests at the same time, answers that are being read included.
    static final int MAX_CONNECTIONS = 512;

    /// The memory for bodies that are written or read: three eighths of the heap, within these bounds.
    private static final long MIN_MEMORY_BYTES = 128 << 20;

    private static final long MAX_MEMORY_BYTES = 384 << 20;

    /// Resources of which nothing is taken.
    static StoreResources unused() {
        return new StoreResources(
                new FairShare("connections to S3", MAX_CONNECTIONS),
                new FairShare("bytes of memory for bodies", memoryBytes()),
                new BodyCache(),
                new BlockCache());
    }

    /// The memory for bodies, of all tenants together.
    static long memoryBytes() {
        long most = Math.min(MAX_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / 8 * 3);
        return Math.max(MIN_MEMORY_BYTES, most);
    }

    /// The same for the objects of one bucket.
    StoreResources in(String bucket) {
        return new StoreResources(connections, memory, bodies.in(bucket), blocks.in(bucket));
    }
}
