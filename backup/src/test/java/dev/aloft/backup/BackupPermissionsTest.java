package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each operation with the permissions that the page gives it, and no other.
final class BackupPermissionsTest extends BackupFixture {

    @BeforeEach
    void fill() throws IOException {
        write("uploads/a", "1");
        write("uploads/b", "2");
    }

    private void suffice(String operation, Permissions.Operation work) throws IOException {
        Permissions.of(operation).suffice(front, "media", work);
    }

    @Test
    void creates() throws IOException {
        create();
        write("uploads/c", "3");

        suffice("create", this::create);
    }

    @Test
    void listsAndCompares() throws IOException {
        Snapshot first = create();
        Snapshot second = create();

        suffice("list, show, diff", () -> {
            host().list();
            host().diff(first, second, _ -> {});
        });
    }

    @Test
    void readsADump() throws IOException {
        byte[] dump = {1, 2, 3};
        Snapshot snapshot = host().create(
                        Optional.of(to -> {
                            to.write(dump);
                            return SnapshotTest.part(dump);
                        }),
                        List.of(),
                        new Progress());

        suffice("restore --only database", () -> {
            assertThat(host().list().snapshots()).containsExactly(snapshot);
            try (InputStream bytes = host().dump(snapshot)) {
                assertThat(bytes.readAllBytes()).isEqualTo(dump);
            }
        });
    }

    @Test
    void verifies() throws IOException {
        Snapshot snapshot = create();

        suffice("verify", () -> host().verify(snapshot, Verification.ALL, new Progress()));
    }

    @Test
    void prunes() throws IOException {
        KeepRules newest = new KeepRules(1, 0, 0, 0, 0, 0, Set.of());
        create();
        write("uploads/a", "changed");
        create();
        host().prune(newest, false, new Progress());
        age(Duration.ofDays(9));
        create();

        suffice("prune", () -> host().prune(newest, false, new Progress()));
    }

    @Test
    void restores() throws IOException {
        Snapshot snapshot = create();
        write("uploads/a", "changed");
        write("uploads/new", "3");
        writeInALaterSecond("uploads/b", "2");

        suffice("restore --dry-run", () -> {
            Snapshot found = host().find("latest");
            host().compare(host().files(found), everything(false), _ -> {});
        });
        suffice("restore", () -> {
            restore(snapshot, false);
            restore(snapshot, false); // has nothing to do, and removes its marker
        });
        write("uploads/b", "changed");
        suffice("restore --delete, restore --undo", () -> {
            restore(snapshot, true);
            restore(snapshot, true);
        });
        suffice("restore --delete, restore --undo", () -> {
            write("uploads/gone", "4");
            host().undo(throughFront(), new Progress());
            restore(snapshot, true);
            restore(snapshot, true);
        });
    }

    /// The same bytes in a later second may have other headers, which have to be looked up.
    private void writeInALaterSecond(String name, String text) throws IOException {
        Instant before = modified(name);
        do {
            write(name, text);
        } while (modified(name).equals(before));
    }

    private Instant modified(String name) throws IOException {
        return site().bucket()
                .head(site().key(name), Duration.ZERO)
                .orElseThrow()
                .modified();
    }
}
