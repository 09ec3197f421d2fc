package dev.aloft.backup;

import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The operations on versions, each with the permissions that the page gives it, and no other.
@Tag("ceph")
final class CephPermissionsTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    private CephBucket media;
    private CephBucket vault;
    private Backups backups;

    @BeforeEach
    void create() throws IOException {
        media = CEPH.versionedBucket();
        vault = CEPH.bucket();
        backups = new Backups(
                "site",
                media.folder("site/"),
                vault.folder("backups/"),
                BackupSettings.unsigned("test", InstantSource.system()));
        media.write("site/a", "1");
        media.write("site/b", "2");
    }

    private void suffice(String operation, Permissions.Operation work) throws IOException {
        Permissions.of(operation).suffice(CEPH.front(), media.name(), work);
    }

    @Test
    void createsInPlaceAndVerifies() throws IOException {
        suffice("create --in-place", () -> backups.createInPlace(Optional.empty(), List.of(), new Progress()));
        Snapshot snapshot = backups.find("latest");
        suffice("verify in place", () -> backups.verify(snapshot, Verification.ALL, new Progress()));
    }

    @Test
    void restoresInPlace() throws IOException {
        Snapshot snapshot = backups.createInPlace(Optional.empty(), List.of(), new Progress());
        media.write("site/a", "changed");
        media.delete("site/b");
        RestoreOptions options = new RestoreOptions(media.folder("site/"), RestoreOptions.Scope.ALL, false);

        suffice("restore in place", () -> {
            for (int i = 0; i < 2; i++) { // the second one has nothing to do, and removes its marker
                backups.restore(backups.files(snapshot), snapshot.id(), options, new Progress());
            }
        });
    }

    @Test
    void listsTheVersionsOfAFile() throws IOException {
        suffice("versions", () -> FileHistory.of(media.folder("site/"), ObjectKey.of("a")));
    }

    @Test
    void restoresToAMoment() throws IOException {
        Instant moment = media.write("clock", "tick");
        media.write("site/a", "changed");
        media.delete("site/b");
        suffice("restore --to", () -> restoreTwice(moment, false));

        media.write("site/a", "changed");
        media.write("site/later", "3");
        suffice("restore --to --delete", () -> restoreTwice(moment, true));
    }

    /// The second one has nothing to do, and removes its marker.
    private void restoreTwice(Instant moment, boolean deletes) throws IOException {
        RestoreOptions options = new RestoreOptions(media.folder("site/"), RestoreOptions.Scope.ALL, deletes);
        for (int i = 0; i < 2; i++) {
            PastFiles files = PastFiles.at(media.folder("site/"), "", new Moment(moment));
            backups.restore(files, moment.toString(), options, new Progress());
        }
    }
}
