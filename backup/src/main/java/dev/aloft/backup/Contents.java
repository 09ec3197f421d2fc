package dev.aloft.backup;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The objects that hold the bytes of files. Safe for many threads.
///
/// @param buckets in which they may lie
record Contents(List<Bucket> buckets) {

    /// Looks an object up; empty if it is not there.
    Optional<StoredObject> head(FileContentPlace place) throws IOException {
        Bucket bucket = bucket(place);
        return place.version() == null
                ? bucket.head(place.key(), Duration.ZERO)
                : bucket.versions().head(place.key(), place.version());
    }

    /// Opens an object; it must be the one that the snapshot named.
    ObjectContent read(FileContentPlace place) throws IOException {
        Bucket bucket = bucket(place);
        ReadCondition named = ReadCondition.version(place.etag());
        return place.version() == null
                ? bucket.get(place.key(), null, named).orElseThrow()
                : bucket.versions().read(place.key(), place.version(), null, named);
    }

    private Bucket bucket(FileContentPlace place) throws BackupException {
        return buckets.stream()
                .filter(each -> each.name().equals(place.bucket()))
                .findFirst()
                .orElseThrow(() -> new BackupException(
                        Kind.FOREIGN,
                        "a file of the snapshot lies in the bucket " + place.bucket()
                                + ", which is neither the site's nor that of its backups",
                        "check the bucket of the [[site]] and of its backup"));
    }
}
