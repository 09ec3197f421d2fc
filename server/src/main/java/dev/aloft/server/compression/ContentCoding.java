package dev.aloft.server.compression;

/// A content coding that the edge applies (RFC 9110, 8.4.1). Of codings that a client accepts equally, the first is
/// used: it makes text smallest.
public enum ContentCoding {
    /// Brotli (RFC 7932).
    BROTLI("br"),
    /// Zstandard (RFC 8878), with a window of no more than the 8 MiB that RFC 9659 permits.
    ZSTD("zstd"),
    /// gzip (RFC 1952).
    GZIP("gzip");

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    /// The name in HTTP.
    public String token() {
        return token;
    }
}
