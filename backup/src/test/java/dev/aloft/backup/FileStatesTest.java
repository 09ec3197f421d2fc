package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FileStatesTest extends BackupFixture {

    private static final String CAT = "uploads/2026/11/cat.jpg";

    @Test
    void eachStateIsListedOnceWithItsNewestSnapshot() throws IOException {
        write(CAT, "one");
        create();
        Snapshot first = create();
        write(CAT, "two");
        write("uploads/2026/11/cat.jpg.webp", "another file");
        Snapshot second = create();
        delete(CAT);
        create();

        FileStates.History history = states(CAT);

        assertThat(history.states()).extracting(FileStates.State::snapshot).containsExactly(second.id(), first.id());
        assertThat(history.states())
                .extracting(FileStates.State::moment)
                .containsExactly(second.moment(), first.moment());
        assertThat(history.more()).isFalse();
        assertThat(text(second, CAT, null)).isEqualTo("two");
        assertThat(text(first, CAT, ByteRange.of(1, 2))).isEqualTo("ne");
        assertThat(states("uploads/none.jpg").states()).isEmpty();
    }

    @Test
    void fileThatWasBroughtBackWithAnotherEtagIsNoFurtherState() throws IOException {
        write(CAT, "one");
        Snapshot first = create();
        ObjectKey key = site().key(CAT);
        StoredObject now = site().bucket().head(key, Duration.ZERO).orElseThrow();
        CopySource copy = backups.fileStates().source(first.id(), key);
        StoredObject back = site().bucket()
                .copies()
                .copy(copy, key, copy.object().metadata(), WriteCondition.ifVersion(now.etag()));
        Snapshot second = create();

        assertThat(back.etag())
                .isNotEqualTo(now.etag())
                .isEqualTo(StoredObject.etagInOnePart(now.etag()).orElseThrow());
        assertThat(states(CAT).states()).extracting(FileStates.State::snapshot).containsExactly(second.id());
    }

    @Test
    void fileIsFoundAmongManyByItsWholeName() throws IOException {
        for (int i = 0; i < 600; i++) {
            write("uploads/%03d.txt".formatted(i), "file " + i);
        }
        write("uploads/quote\"and\\é.txt", "escaped");
        Snapshot snapshot = create();

        for (String name :
                List.of("uploads/000.txt", "uploads/255.txt", "uploads/599.txt", "uploads/quote\"and\\é.txt")) {
            assertThat(states(name).states()).as(name).hasSize(1);
        }
        assertThat(text(snapshot, "uploads/599.txt", null)).isEqualTo("file 599");
        assertThat(states("uploads/59").states()).isEmpty();
    }

    @Test
    void onlyTheNewestSnapshotsAreRead() throws IOException {
        List<String> newest = new ArrayList<>();
        for (int i = 0; i <= FileStates.MAX_SNAPSHOTS; i++) {
            write(CAT, "state " + i);
            newest.addFirst(create().id());
        }
        newest.removeLast();

        FileStates.History history = states(CAT);

        assertThat(history.states()).extracting(FileStates.State::snapshot).isEqualTo(newest);
        assertThat(history.more()).isTrue();
    }

    @Test
    void damagedSnapshotIsLeftOutAndNotRead() throws IOException {
        write(CAT, "one");
        Snapshot first = create();
        write(CAT, "two");
        Snapshot second = create();
        ObjectKey manifest = folder().key("snapshots/" + second.id() + "/manifest.jsonl.gz");
        ObjectKey other = folder().key("snapshots/" + first.id() + "/manifest.jsonl.gz");
        folder().bucket()
                .copies()
                .copy(folder().bucket().head(other, Duration.ZERO).orElseThrow(), manifest);

        assertThatThrownBy(() -> text(second, CAT, null)).isInstanceOf(BackupException.class);
        folder().bucket().delete(manifest);
        assertThat(states(CAT).states()).extracting(FileStates.State::snapshot).containsExactly(first.id());
    }

    @Test
    void noManifestLeadsToAnotherFileOfTheBuckets() throws IOException {
        write(CAT, "one");
        write("uploads/secret.txt", "secret");
        Snapshot snapshot = create();
        SnapshotFile foreign = new SnapshotFile(
                ObjectKey.of(CAT),
                6,
                "\"e\"",
                snapshot.moment(),
                new FileContentPlace("media", site().key("uploads/secret.txt"), "\"e\"", null));
        replaceFiles(snapshot, foreign);

        assertThatThrownBy(() -> text(backups.find(snapshot.id()), CAT, null))
                .hasMessageContaining("outside the backups of this site");
    }

    @Test
    void sourceOfACopyHasTheMetadataOfTheFile() throws IOException {
        write(CAT, "one", "image/jpeg", Map.of("aloft-private", "1"));
        Snapshot snapshot = create();
        write(CAT, "two", "image/jpeg", Map.of());

        CopySource source = backups.fileStates().source(snapshot.id(), site().key(CAT));

        assertThat(source.object().metadata()).containsEntry("aloft-private", "1");
        assertThat(source.object().type()).contains("image/jpeg");
    }

    @Test
    void snapshotWithoutTheFileIsNamed() throws IOException {
        write(CAT, "one");
        Snapshot snapshot = create();

        assertThatThrownBy(() -> text(snapshot, "uploads/dog.jpg", null))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.kind()).isEqualTo(BackupException.Kind.NOT_FOUND))
                .hasMessageContaining("uploads/dog.jpg");
    }

    @Test
    void nameOfTheNewestSnapshotIsNoId() throws IOException {
        write(CAT, "one");
        create();

        assertThatThrownBy(() -> backups.fileStates().open("latest", site().key(CAT), null))
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.kind()).isEqualTo(BackupException.Kind.NOT_FOUND));
    }

    private void replaceFiles(Snapshot snapshot, SnapshotFile file) throws IOException {
        BackupFolder place = new BackupFolder(folder());
        DescriptionFormat format = new DescriptionFormat(DescriptionSignature.NONE);
        try (LinesWriter lines = new LinesWriter(folder(), place.ofSnapshot(snapshot.id(), BackupFolder.MANIFEST))) {
            lines.add(new ManifestFormat(folder()).line(file));
            Snapshot changed = new Snapshot(
                    snapshot.id(),
                    SITE,
                    snapshot.moment(),
                    snapshot.completed(),
                    snapshot.aloft(),
                    1,
                    file.size(),
                    1,
                    false,
                    lines.complete().lines(),
                    Optional.empty(),
                    List.of());
            new SnapshotCatalog(place, SITE, format)
                    .write(place.ofSnapshot(snapshot.id(), BackupFolder.DESCRIPTION), format.text(changed));
        }
    }

    private FileStates.History states(String name) throws IOException {
        return backups.fileStates().of(site().key(name));
    }

    private String text(Snapshot snapshot, String name, @Nullable ByteRange range) throws IOException {
        try (ObjectContent content = backups.fileStates().open(snapshot.id(), site().key(name), range)) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }
}
