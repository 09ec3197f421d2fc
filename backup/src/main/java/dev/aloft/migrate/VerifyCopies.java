package dev.aloft.migrate;

import dev.aloft.bulk.ParallelTasks;
import dev.aloft.local.LocalEntry;
import dev.aloft.migrate.BothSides.Both;
import dev.aloft.migrate.MigrationTally.Outcome;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/// Compares each local file with its object. A file that the site has replaced or deleted in S3 meanwhile is as it
/// shall be.
final class VerifyCopies {

    private static final int BUFFER_BYTES = 64 << 10;

    private final MigrationSides sides;
    private final MigrationTally tally;
    private final boolean allBytes;
    private final boolean remove;

    /// @param allBytes true to read every object; else the bytes are read only where the ETag does not tell
    /// @param remove true to delete each local file that is as it shall be
    VerifyCopies(MigrationSides sides, MigrationTally tally, boolean allBytes, boolean remove) {
        this.sides = sides;
        this.tally = tally;
        this.allBytes = allBytes;
        this.remove = remove;
    }

    /// @param parallel the maximum number of files at the same time
    void run(int parallel) throws IOException {
        BothSides both = new BothSides(sides);
        try (ParallelTasks tasks = new ParallelTasks(parallel)) {
            for (Both each = both.next(); each != null; each = both.next()) {
                if (each.local() != null) {
                    Both pair = each;
                    tasks.add(() -> verify(pair, BothSides.local(pair)));
                }
            }
            tasks.finish();
        }
    }

    private void verify(Both both, LocalEntry file) throws IOException {
        StoredObject object = both.stored();
        try {
            if (both.isDeleted()) {
                tally.passed(Outcome.DELETED);
            } else if (object == null) {
                tally.failed(file.name(), "is not in S3");
                return;
            } else if (isSame(file, object)) {
                tally.done(file.size());
            } else if (isReplaced(file, object)) {
                tally.passed(Outcome.KEPT);
            } else {
                tally.failed(file.name(), "differs from its object");
                return;
            }
            if (remove && sides.local().delete(file)) {
                tally.count(Outcome.REMOVED);
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            tally.failed(file.name(), e);
        }
    }

    private boolean isSame(LocalEntry file, StoredObject object) throws IOException {
        return file.size() == object.size() && ((!allBytes && hasTag(file, object)) || hasBytes(file, object));
    }

    /// An ETag that is no MD5, as of an upload in parts, says nothing; then the object's metadata names its source.
    private boolean hasTag(LocalEntry file, StoredObject object) throws IOException {
        if (object.etag().matches("\"[0-9a-f]{32}\"")) {
            return object.etag().equals("\"" + md5(file) + "\"");
        }
        return sides.bucket()
                .head(object.key(), Duration.ZERO)
                .filter(now -> file.isSource(now.metadata()))
                .isPresent();
    }

    private String md5(LocalEntry file) throws IOException {
        try (InputStream local = sides.local().read(file)) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            local.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }

    private boolean hasBytes(LocalEntry file, StoredObject object) throws IOException {
        try (InputStream local = sides.local().read(file);
                ObjectContent content = sides.bucket()
                        .get(object.key(), null, ReadCondition.any())
                        .orElseThrow()) {
            byte[] mine;
            byte[] theirs;
            do {
                mine = local.readNBytes(BUFFER_BYTES);
                theirs = content.body().readNBytes(BUFFER_BYTES);
                if (!Arrays.equals(mine, theirs)) {
                    return false;
                }
            } while (mine.length > 0);
            return true;
        }
    }

    /// True if the site has written the object after the file. One that is a copy of an earlier version of the file is
    /// older than the file, whenever it was written. One that is a copy of this version and longer was appended to.
    private boolean isReplaced(LocalEntry file, StoredObject object) throws IOException {
        return sides.bucket()
                .head(object.key(), Duration.ZERO)
                .filter(now -> now.modified().isAfter(file.modified()))
                .filter(now -> {
                    Instant source = LocalEntry.sourceTime(now.metadata()).orElse(Instant.MAX);
                    return source.isAfter(file.modified())
                            || (source.equals(file.modified()) && now.size() > file.size());
                })
                .isPresent();
    }
}
