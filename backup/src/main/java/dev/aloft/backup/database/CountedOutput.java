package dev.aloft.backup.database;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A stream that counts and digests the bytes that go through it. Closing it does not close what it writes to.
final class CountedOutput extends OutputStream {

    private final OutputStream to;
    private final MessageDigest digest;
    private long bytes;

    CountedOutput(OutputStream to) {
        this.to = to;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    long bytes() {
        return bytes;
    }

    /// In lower-case hexadecimal digits; call it once, at the end.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int count) throws IOException {
        to.write(buffer, offset, count);
        digest.update(buffer, offset, count);
        bytes += count;
    }
}
