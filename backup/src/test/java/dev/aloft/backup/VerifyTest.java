package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.backup.BackupException.Kind;
import dev.aloft.bulk.Progress;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Verifications find every damage.
final class VerifyTest extends BackupFixture {

    private Snapshot snapshot;
    private List<SnapshotFile> contents;

    @BeforeEach
    void takeSnapshot() throws IOException {
        write("a", "the bytes of a");
        write("b", "the bytes of b");
        write("c", "the bytes of c");
        snapshot = create();
        contents = new ArrayList<>();
        try (FileSource.Cursor files = host().files(snapshot).open()) {
            for (SnapshotFile file = files.next(); file != null; file = files.next()) {
                contents.add(file);
            }
        }
    }

    private Verification.Report verify(Verification depth) throws IOException {
        return host().verify(snapshot, depth, new Progress());
    }

    private void overwrite(ObjectKey key, byte[] bytes) throws IOException {
        folder().bucket()
                .put(key, new ByteArrayInputStream(bytes), bytes.length, "text/plain", WriteCondition.always());
    }

    private ObjectKey content(int index) {
        return contents.get(index).content().key();
    }

    @Test
    void aGoodSnapshotIsGoodAndAQuickCheckCostsAListing() throws IOException {
        front.reset();
        assertThat(verify(Verification.QUICK)).isEqualTo(new Verification.Report(3, 0, 0, 0, 0, List.of()));
        assertThat(front.count("HeadObject")).isZero();
        assertThat(verify(Verification.ALL)).isEqualTo(new Verification.Report(3, 3, 42, 0, 0, List.of()));
    }

    @Test
    void theLastResultIsRecordedBesideTheSnapshot() throws IOException {
        assertThat(host().verification(snapshot)).isEmpty();
        verify(Verification.ALL);
        assertThat(host().list().verification(snapshot))
                .contains(new VerifyRecord(snapshot.id(), now, 1, 3, 0, Optional.empty()));

        folder().bucket().delete(content(1));
        verify(Verification.QUICK);
        VerifyRecord record = host().verification(snapshot).orElseThrow();
        assertThat(record.isGood()).isFalse();
        assertThat(record.found().orElseThrow()).startsWith("b: ").endsWith("is missing");

        folder().bucket().delete(folder().key("snapshots/" + snapshot.id() + "/manifest.jsonl.gz"));
        assertThatExceptionOfType(BackupException.class).isThrownBy(() -> verify(Verification.QUICK));
        record = host().verification(snapshot).orElseThrow();
        assertThat(record.failed()).isEqualTo(3);
        assertThat(record.found().orElseThrow()).contains("manifest.jsonl.gz");
    }

    @Test
    void aVerificationThatMayNotWriteEndsWithoutARecord() throws IOException {
        front.on("PutObject").answer(403);
        assertThat(verify(Verification.QUICK).isGood()).isTrue();
        assertThat(host().verification(snapshot)).isEmpty();
    }

    @Test
    void anUnreadableRecordHidesNothing() throws IOException {
        ObjectKey record = folder().key("snapshots/" + snapshot.id() + "/verified.json");
        for (String text : List.of("no JSON", "{}", "{\"format\":\"aloft-backup\",\"version\":1,\"site\":\"shop\"}")) {
            overwrite(record, text.getBytes(UTF_8));
            SnapshotList list = host().list();
            assertThat(list.snapshots()).containsExactly(snapshot);
            assertThat(list.verification(snapshot)).isEmpty();
        }
    }

    @Test
    void aMissingObjectIsFound() throws IOException {
        folder().bucket().delete(content(1));
        for (Verification depth : List.of(Verification.QUICK, Verification.ALL)) {
            assertThat(verify(depth).failures())
                    .singleElement()
                    .asString()
                    .startsWith("b: ")
                    .endsWith("is missing");
        }
    }

    @Test
    void aFullSnapshotReplacesDamagedContent() throws IOException {
        overwrite(content(0), "the bytes of A".getBytes(UTF_8));
        snapshot = create();
        assertThat(verify(Verification.QUICK).failed()).isEqualTo(1);
        now = later();
        snapshot = host().createFull(Optional.empty(), List.of(), new Progress());
        assertThat(snapshot.copied()).isEqualTo(3);
        assertThat(verify(Verification.ALL).failed()).isZero();
        snapshot = create();
        assertThat(snapshot.copied()).isZero();
        assertThat(verify(Verification.ALL).failed()).isZero();
    }

    @Test
    void aTruncatedOrReplacedObjectIsFound() throws IOException {
        overwrite(content(0), "the bytes".getBytes(UTF_8));
        overwrite(content(2), "the bytes of C".getBytes(UTF_8));
        for (Verification depth : List.of(Verification.QUICK, Verification.ALL)) {
            assertThat(verify(depth).failures()).hasSize(2).allMatch(text -> text.contains("is another object now"));
        }
    }

    @Test
    void swappedObjectsAreFound() throws IOException {
        overwrite(content(0), "the bytes of b".getBytes(UTF_8));
        overwrite(content(1), "the bytes of a".getBytes(UTF_8));
        assertThat(verify(Verification.QUICK).failed()).isEqualTo(2);
        assertThat(verify(Verification.ALL).failed()).isEqualTo(2);
    }

    /// The store notices nothing: its size and ETag are as before.
    @Test
    void aFlippedByteOnTheStoresDiskIsFoundByReading() throws IOException {
        Path file = onDisk(content(1));
        byte[] bytes = Files.readAllBytes(file);
        bytes[5] ^= 1;
        Files.write(file, bytes);
        assertThat(verify(Verification.QUICK).isGood()).isTrue();
        assertThat(verify(Verification.ALL).failures())
                .singleElement()
                .asString()
                .startsWith("b: ")
                .contains("has other bytes");
    }

    private Path onDisk(ObjectKey key) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(key.value()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aChangedManifestIsFoundAndNothingIsRestoredFromIt() throws IOException {
        ObjectKey manifest = folder().key("snapshots/" + snapshot.id() + "/manifest.jsonl.gz");
        byte[] bytes = new byte[Math.toIntExact(snapshot.manifest().bytes())];
        overwrite(manifest, bytes);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> verify(Verification.QUICK))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .withMessageContaining("was changed");
        delete("a");
        assertThatExceptionOfType(BackupException.class).isThrownBy(() -> restore(snapshot, true));
        assertThat(files()).containsOnlyKeys("b", "c");

        folder().bucket().delete(manifest);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> verify(Verification.QUICK))
                .withMessageContaining("is missing");
    }

    @Test
    void aDescriptionThatTheKeyHasNotSignedIsRefused() throws IOException {
        DescriptionSignature key = DescriptionSignature.with("a key of the operator's".getBytes(UTF_8));
        now = now.plusSeconds(1);
        Snapshot signed = host(key).create(Optional.empty(), List.of(), new Progress());
        assertThat(host(key).find(signed.id())).isEqualTo(signed);
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> host(key).find(snapshot.id()))
                .withMessageContaining("is not signed");

        ObjectKey description = folder().key("snapshots/" + signed.id() + "/snapshot.json");
        String text = SnapshotIndex.text(new BackupFolder(folder()), description);
        overwrite(description, text.replace("\"files\":3", "\"files\":2").getBytes(UTF_8));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> host(key).find(signed.id()))
                .withMessageContaining("is not signed");
    }

    @Test
    void aForeignDescriptionIsNamed() throws IOException {
        ObjectKey description = folder().key("snapshots/" + snapshot.id() + "/snapshot.json");
        for (String text : List.of("no JSON", "{}", "{\"format\":\"other\"}", "[]")) {
            overwrite(description, text.getBytes(UTF_8));
            assertThatExceptionOfType(BackupException.class)
                    .isThrownBy(() -> host().find("latest"))
                    .withMessageContaining("is no description of a backup");
        }
        overwrite(description, "{\"format\":\"aloft-backup\",\"version\":2}".getBytes(UTF_8));
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> host().find("latest"))
                .withMessageContaining("of version 2 of the format");
    }

    @Test
    void anObjectInPartsIsComparedByTheETagOfItsParts() throws IOException {
        byte[] large = new byte[17 << 20];
        large[16 << 20] = 1;
        site().bucket()
                .put(
                        site().key("large"),
                        new ByteArrayInputStream(large),
                        large.length,
                        "video/mp4",
                        WriteCondition.always());
        StoredObject live = site().bucket()
                .head(site().key("large"), java.time.Duration.ZERO)
                .orElseThrow();
        assertThat(ContentCheck.of(new ByteArrayInputStream(large), large.length, live.etag()))
                .isEqualTo(ContentCheck.Result.SAME);
        large[3] = 1;
        assertThat(ContentCheck.of(new ByteArrayInputStream(large), large.length, live.etag()))
                .isNotEqualTo(ContentCheck.Result.SAME);
    }
}
