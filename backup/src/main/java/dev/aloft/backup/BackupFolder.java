package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Keys of one site's backups, as `docs/reference/backup-format.md` has them.
///
/// @param folder bucket and prefix of the backups
record BackupFolder(BucketFolder folder) {

    static final String CONTENT = "content/";
    static final String SNAPSHOTS = "snapshots/";
    static final String RESTORES = "restores/";

    static final String CLOCK = "clock.json";

    static final String STARTED = "started.json";
    static final String MANIFEST = "manifest.jsonl.gz";
    static final String DATABASE = "database.sql.gz";
    static final String DESCRIPTION = "snapshot.json";
    static final String DROPPED = "dropped.json";
    static final String VERIFIED = "verified.json";

    static final String CHANGES = "changes.jsonl.gz";
    static final String PLAN = "restore.json";
    static final String FINISHED = "finished.json";

    private static final int DIRECTORY_DIGITS = 2;

    /// A new object for the bytes of a file: one for each version of the file and each create. Two creates that
    /// know nothing of each other never write to the same key, nor to one that a prune may be deleting. S3 gives
    /// one ETag to the same bytes with other headers, so the time of the write is part of the key.
    ///
    /// @param maker id of the create that copies them
    /// @param name of the file below the site's prefix
    ObjectKey content(String maker, ObjectKey name, StoredObject file) {
        String version = String.join(
                "\n",
                maker,
                name.value(),
                file.etag(),
                Long.toString(file.modified().getEpochSecond()));
        String hash = HexFormat.of().formatHex(sha256().digest(version.getBytes(UTF_8)));
        return folder.key(CONTENT + hash.substring(0, DIRECTORY_DIGITS) + "/" + hash.substring(DIRECTORY_DIGITS));
    }

    /// An object of a snapshot.
    ObjectKey ofSnapshot(String id, String name) {
        return folder.key(SNAPSHOTS + id + "/" + name);
    }

    /// An object of a restoration.
    ObjectKey ofRestore(String id, String name) {
        return folder.key(RESTORES + id + "/" + name);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
