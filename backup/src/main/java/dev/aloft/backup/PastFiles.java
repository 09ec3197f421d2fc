package dev.aloft.backup;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectVersion;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.ObjectVersions.Versioning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files of a folder in a versioned bucket as they were at a moment, found in the time of a listing of its
/// versions.
///
/// Versions that a lifecycle rule or an operator has removed are not there to be found: their files are missing, or
/// older. [#gaps()] has the keys for which the listing itself shows that something is missing. A new write during the
/// reading is after the moment, so that it changes nothing. For one thread.
final class PastFiles implements FileSource {

    private final BucketFolder folder;
    private final String start;
    private final Moment moment;
    private Gaps gaps = Gaps.NONE;

    private PastFiles(BucketFolder folder, String start, Moment moment) {
        this.folder = folder;
        this.start = start;
        this.moment = moment;
    }

    /// The files at a moment.
    ///
    /// @param start beginning of the names below the folder; empty for all
    /// @throws BackupException where the bucket keeps no versions
    static PastFiles at(BucketFolder folder, String start, Moment moment) throws IOException {
        if (folder.bucket().versions().state() == Versioning.OFF) {
            throw noVersions("cannot go back to a moment", folder);
        }
        return new PastFiles(folder, start, moment);
    }

    static BackupException noVersions(String attempt, BucketFolder folder) {
        return new BackupException(
                BackupException.Kind.STORE,
                attempt + ": s3://" + folder.bucket().name() + " keeps no versions of its objects",
                "restore a snapshot (aloft backup list), and enable versioning on the bucket for the next time");
    }

    /// The files as they are now, each with the version that is current.
    ///
    /// @throws BackupException where versioning is not enabled, so that a version may be replaced
    static PastFiles now(BucketFolder folder) throws IOException {
        Versioning state = folder.bucket().versions().state();
        if (state != Versioning.ENABLED) {
            throw new BackupException(
                    BackupException.Kind.STORE,
                    "cannot make a snapshot in place: versioning of s3://"
                            + folder.bucket().name() + " is "
                            + (state == Versioning.OFF ? "off" : "suspended"),
                    "enable versioning on the bucket, or leave --in-place away to copy the files");
        }
        return new PastFiles(folder, "", Moment.LATEST);
    }

    @Override
    public Cursor open() {
        return new Reading(new VersionListing(folder, start));
    }

    /// A reading with pages of another size.
    Cursor open(int pageSize) {
        return new Reading(new VersionListing(folder, start, pageSize));
    }

    @Override
    public Gaps gaps() {
        return gaps;
    }

    private final class Reading implements Cursor {

        private final VersionListing versions;
        private final List<ObjectKey> incomplete = new ArrayList<>();
        private long incompleteCount;
        private @Nullable ObjectVersion pending;

        Reading(VersionListing versions) {
            this.versions = versions;
        }

        @Override
        public @Nullable SnapshotFile next() throws IOException {
            ObjectVersion version = pending == null ? versions.next() : pending;
            while (version != null) {
                VersionHistory history = new VersionHistory(version.key(), moment);
                while (version != null && version.key().equals(history.key())) {
                    history.add(version);
                    version = versions.next();
                }
                pending = version;
                Optional<ObjectKey> name = folder.name(history.key());
                if (name.isPresent()) {
                    note(history, name.get());
                    if (history.current().isPresent()) {
                        return file(name.get(), history.current().get());
                    }
                }
            }
            gaps = new Gaps(incompleteCount, incomplete);
            return null;
        }

        private void note(VersionHistory history, ObjectKey name) {
            if (history.isIncomplete()) {
                incompleteCount++;
                if (incomplete.size() < Gaps.MAX_KEYS) {
                    incomplete.add(name);
                }
            }
        }

        private SnapshotFile file(ObjectKey name, Written written) {
            return new SnapshotFile(
                    name,
                    written.object().size(),
                    written.object().etag(),
                    written.object().modified(),
                    new FileContentPlace(
                            folder.bucket().name(),
                            written.key(),
                            written.object().etag(),
                            written.id()));
        }
    }

    @Override
    public String toString() {
        return folder + " at " + moment;
    }
}
