package dev.aloft.bench;

/// The S3 that all subjects share.
public final class Server {

    public static final String BUCKET = "media";

    /// The folder of all files: one peer cannot copy files at the top of a bucket.
    public static final String FOLDER = "bench";

    public static final String ACCESS_KEY = "aloft";
    public static final String SECRET_KEY = "not-a-secret";

    private Server() {}
}
