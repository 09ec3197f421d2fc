package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.bulk.Progress;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Holds `docs/reference/backup-format.md` against a snapshot, and restores it by that page with nothing but reads
/// and copies of S3.
final class BackupFormatTest extends BackupFixture {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|");
    private static final byte[] KEY = "a key of the operator's".getBytes(UTF_8);

    private byte[] read(ObjectKey key) throws IOException {
        try (ObjectContent content =
                folder().bucket().get(key, null, ReadCondition.any()).orElseThrow()) {
            return content.body().readAllBytes();
        }
    }

    private static Set<String> fieldsOf(String section) throws IOException {
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/backup-format.md"));
        String text = page.substring(page.indexOf("\n## " + section + "\n") + 4);
        int end = text.indexOf("\n## ");
        return ROW.matcher(text.substring(0, end))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aSnapshotIsRestoredByHandAsThePageSays() throws Exception {
        write("uploads/a b.txt", "text", "text/plain", Map.of("owner", "ann"));
        write("uploads/cat.jpg", "cat");
        var before = files();
        Snapshot snapshot = host(DescriptionSignature.with(KEY))
                .create(Optional.of(BackupFormatTest::dump), List.of("x"), new Progress());
        deleteEverything();

        ObjectKey manifestKey = folder().key("snapshots/" + snapshot.id() + "/manifest.jsonl.gz");
        String text = new String(read(folder().key("snapshots/" + snapshot.id() + "/snapshot.json")), UTF_8);
        JsonNode description = JsonMapper.shared().readTree(text);
        Set<String> fields = new TreeSet<>(fieldsOf("Description"));
        assertThat(description.propertyNames()).containsExactlyInAnyOrderElementsOf(fields);
        String signature = description.required("signature").stringValue();
        assertThat(signature).isEqualTo(hmac(text.replace(signature, "")));
        byte[] manifest = read(manifestKey);
        assertThat(description.required("manifest").required("sha256").stringValue())
                .isEqualTo(HexFormat.of().formatHex(BackupFolder.sha256().digest(manifest)));

        String lines = new String(new GZIPInputStream(new ByteArrayInputStream(manifest)).readAllBytes(), UTF_8);
        for (String line : lines.split("\n", -1)) {
            if (!line.isEmpty()) {
                restore(JsonMapper.shared().readTree(line));
            }
        }
        assertThat(files()).isEqualTo(before);
        assertThat(fieldsOf("Manifest"))
                .containsExactlyInAnyOrder(
                        "key",
                        "size",
                        "etag",
                        "modified",
                        "content.key",
                        "content.etag",
                        "content.bucket",
                        "content.version");
    }

    @Test
    void theResultOfAVerificationIsAsThePageSays() throws Exception {
        write("uploads/cat.jpg", "cat");
        Backups host = host(DescriptionSignature.with(KEY));
        Snapshot snapshot = host.create(Optional.empty(), List.of(), new Progress());
        folder().bucket().deleteAll(List.of(contentOf(snapshot)));
        assertThat(host.verify(snapshot, Verification.QUICK, new Progress()).failed())
                .isEqualTo(1);

        String text = new String(read(folder().key("snapshots/" + snapshot.id() + "/verified.json")), UTF_8);
        JsonNode record = JsonMapper.shared().readTree(text);
        Set<String> fields = new TreeSet<>(fieldsOf("Verification"));
        fields.addAll(List.of("format", "version", "id", "site", "signature"));
        assertThat(record.propertyNames()).containsExactlyInAnyOrderElementsOf(fields);
        String signature = record.required("signature").stringValue();
        assertThat(signature).isEqualTo(hmac(text.replace(signature, "")));
    }

    private ObjectKey contentOf(Snapshot snapshot) throws IOException {
        try (FileSource.Cursor files =
                host(DescriptionSignature.with(KEY)).files(snapshot).open()) {
            return Objects.requireNonNull(files.next()).content().key();
        }
    }

    private void restore(JsonNode file) throws IOException {
        ObjectKey content =
                folder().key(file.required("content").required("key").stringValue());
        StoredObject object = folder().bucket().head(content, Duration.ZERO).orElseThrow();
        assertThat(object.size()).isEqualTo(file.required("size").longValue());
        site().bucket()
                .copies()
                .copy(
                        CopySource.newest("backups", object),
                        site().key(file.required("key").stringValue()));
    }

    private static DatabasePart dump(java.io.OutputStream to) throws IOException {
        byte[] dump = "dump".getBytes(UTF_8);
        to.write(dump);
        return new DatabasePart(
                "wp",
                java.time.Instant.parse("2026-11-29T12:00:00Z"),
                "10.11",
                Optional.empty(),
                Optional.empty(),
                dump.length,
                4,
                HexFormat.of().formatHex(BackupFolder.sha256().digest(dump)),
                1);
    }

    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    }
}
