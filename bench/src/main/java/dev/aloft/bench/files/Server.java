package dev.aloft.bench.files;

/// The S3 that all subjects share.
final class Server {

    static final String BUCKET = "media";

    /// Below which everything lies: one peer cannot copy what lies at the top of a bucket.
    static final String FOLDER = "bench";

    static final String ACCESS_KEY = "aloft";
    static final String SECRET_KEY = "not-a-secret";

    private Server() {}
}
