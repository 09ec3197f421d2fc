package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ByteRange;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One version of an object.
final class RangedInput extends RangeStream {

    private final BucketFolder folder;
    private final ObjectKey key;
    private final long size;
    private long position;
    private @Nullable String etag;

    /// @param size that the object must have
    RangedInput(BucketFolder folder, ObjectKey key, long size) {
        this.folder = folder;
        this.key = key;
        this.size = size;
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
    protected byte[] next() throws IOException {
        if (position == size) {
            return new byte[0];
        }
        ByteRange next = ByteRange.of(position, Math.min(size, position + MAX_RANGE_BYTES) - 1);
        try (ObjectContent content = folder.bucket().get(key, next, condition()).orElseThrow()) {
            if (content.object().size() != size) {
                throw changed("it has " + content.object().size() + " bytes instead of " + size, null);
            }
            etag = content.object().etag();
            byte[] range = content.body().readAllBytes();
            position += range.length;
            return range;
        } catch (StoreException e) {
            switch (e.kind()) {
                case NOT_FOUND -> throw changed("it is missing", e);
                case RANGE, PRECONDITION -> throw changed("it was replaced", e);
                default -> throw e;
            }
        }
    }

    private ReadCondition condition() {
        return etag == null ? ReadCondition.any() : ReadCondition.version(etag);
    }

    private BackupException changed(String found, @Nullable StoreException cause) {
        return new BackupException(
                BackupException.Kind.CORRUPT,
                this + " is not as the backup wrote it: " + found,
                "use another snapshot (aloft backup list)",
                cause);
    }

    @Override
    public String toString() {
        return folder.uri(key);
    }
}
