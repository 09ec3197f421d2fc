package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One version of an object, read in ranges, so that a reader that takes hours holds no connection to S3. Holds
/// [#RANGE_BYTES] at most. For one thread.
final class RangedInput extends InputStream {

    static final int RANGE_BYTES = 4 << 20;

    private final BucketFolder folder;
    private final ObjectKey key;
    private final long size;
    private byte[] range = new byte[0];
    private int at;
    private long position;
    private @Nullable String etag;

    /// @param size that the object must have
    RangedInput(BucketFolder folder, ObjectKey key, long size) {
        this.folder = folder;
        this.key = key;
        this.size = size;
    }

    @Override
    public int read() throws IOException {
        return fill() ? range[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(count, range.length - at);
        System.arraycopy(range, at, bytes, offset, n);
        at += n;
        return n;
    }

    /// Reads it to its end, to compare its hash.
    ///
    /// @throws BackupException where it is another one
    void check(String sha256) throws IOException {
        try (DigestInputStream bytes = new DigestInputStream(this, BackupFolder.sha256())) {
            bytes.transferTo(OutputStream.nullOutputStream());
            String found = HexFormat.of().formatHex(bytes.getMessageDigest().digest());
            if (!found.equals(sha256)) {
                throw changed("it was changed, its SHA-256 is " + found + " instead of " + sha256, null);
            }
        }
    }

    @Override
    public int available() {
        return range.length - at;
    }

    private boolean fill() throws IOException {
        if (at < range.length) {
            return true;
        }
        if (position == size) {
            return false;
        }
        ByteRange next = ByteRange.of(position, Math.min(size, position + RANGE_BYTES) - 1);
        try (ObjectContent content = folder.bucket().get(key, next, condition()).orElseThrow()) {
            if (content.object().size() != size) {
                throw changed("it has " + content.object().size() + " bytes instead of " + size, null);
            }
            etag = content.object().etag();
            range = content.body().readAllBytes();
        } catch (StoreException e) {
            switch (e.kind()) {
                case NOT_FOUND -> throw changed("it is missing", e);
                case RANGE, PRECONDITION -> throw changed("it was replaced", e);
                default -> throw e;
            }
        }
        at = 0;
        position += range.length;
        return range.length > 0;
    }

    private ReadCondition condition() {
        return etag == null ? ReadCondition.any() : ReadCondition.version(etag);
    }

    private BackupException changed(String found, @Nullable StoreException cause) {
        return new BackupException(
                BackupException.Kind.CORRUPT,
                this + " is not as the backup wrote it: " + found,
                "take another snapshot (aloft backup list)",
                cause);
    }

    @Override
    public String toString() {
        return folder.uri(key);
    }
}
