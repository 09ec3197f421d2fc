package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.files.FilePath;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Bucket;
import dev.aloft.store.ByteRange;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Copies of files in snapshots, as further versions, on a bucket that keeps none.
final class AgentSnapshotVersionsTest extends AgentProtocolSuite {

    private static final String ID = "snapshot:20261129T140307.512Z-5f3a91c2";

    @Test
    void siteWithoutBackupsHasNoCopies() throws IOException {
        put(CAT, "meow");

        assertThat(get(CAT + "?snapshots").status()).isEqualTo(404);
        assertThat(get(CAT + "?version=" + ID).status()).isEqualTo(404);
        assertThat(exchange("POST", CAT + "?restore=" + ID).status()).isEqualTo(404);
        assertThat(get("/media/elsewhere/cat.jpg?snapshots").status()).isEqualTo(403);
        assertThat(exchange("POST", CAT + "?snapshots", "Content-Length: 0").status())
                .isEqualTo(400);
    }

    @Test
    void copyIsListedReadAndBroughtBack() throws IOException {
        Bucket bucket = bucket(Duration.ofSeconds(20));
        StoredObject copy = bucket.put(
                ObjectKey.of("copies/cat.jpg"),
                new ByteArrayInputStream("purr".getBytes(UTF_8)),
                4,
                new ObjectHeaders("image/jpeg", null),
                Map.of("aloft-private", "1"),
                WriteCondition.always());
        Path at = folder.resolve("backed-up.sock");
        try (Agent _ = Agent.start(List.of(site(at, Duration.ofSeconds(20)).withSnapshots(source(bucket, copy))))) {
            client = connect(at);
            put(CAT, "meow");
            String now = exchange("HEAD", CAT).header("ETag");

            assertThat(get(CAT + "?snapshots").text())
                    .contains("\"now\":\"" + now.replace("\"", "\\\"") + "\"", "\"id\":\"" + ID + "\"")
                    .contains(
                            "\"moment\":1795961000,\"modified\":1795960000,\"latest\":false,\"deleted\":false,\"size\":4")
                    .endsWith("\"more\":true}\n");
            Answer part = get(CAT + "?version=" + ID, "Range: bytes=1-2", "If-Match: " + copy.etag());
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("ur");
            assertThat(part.header("Aloft-Private")).isEqualTo("1");
            assertThat(get(CAT + "?version=" + ID, "If-Match: \"other\"").status())
                    .isEqualTo(412);
            assertThat(get(DOG + "?version=" + ID).status()).isEqualTo(404);

            assertThat(exchange("POST", CAT + "?restore=" + ID, "If-Match: \"other\"")
                            .status())
                    .isEqualTo(412);
            assertThat(get(CAT).text()).isEqualTo("meow");
            Answer restored = exchange("POST", CAT + "?restore=" + ID, "If-Match: " + now);
            assertThat(restored.status()).isEqualTo(201);
            assertThat(restored.header("Aloft-Private")).isEqualTo("1");
            assertThat(get(CAT).text()).isEqualTo("purr");
            assertThat(get(CAT + "?snapshots").text()).contains("\"latest\":true");

            String back = restored.header("ETag");
            ObjectKey cat = ObjectKey.of(CAT.substring("/media/".length()));
            Bucket another = bucketOfAnother();
            s3.on(request -> request.operation().equals("CompleteMultipartUpload") && isWritten(another, cat))
                    .next(1)
                    .delay(Duration.ZERO);
            assertThat(exchange("POST", CAT + "?restore=" + ID, "If-Match: " + back)
                            .status())
                    .isEqualTo(412);
            assertThat(get(CAT).text()).isEqualTo("of another");
            assertThat(exchange("DELETE", CAT).status()).isEqualTo(204);
            s3.on("GetBucketVersioning").answer(403);
            assertThat(exchange("POST", CAT + "?restore=" + ID, "If-None-Match: *")
                            .status())
                    .isEqualTo(201);
        }
    }

    /// The bucket without the front before it.
    private Bucket bucketOfAnother() {
        Store store = Store.open(
                StoreSettings.at(Provider.EMBEDDED, embedded.endpoint()),
                CREDENTIALS.accessKey(),
                CREDENTIALS.secretKey());
        opened.add(store);
        return store.bucket("media");
    }

    private static boolean isWritten(Bucket bucket, ObjectKey key) {
        try {
            bucket.put(
                    key,
                    new ByteArrayInputStream("of another".getBytes(UTF_8)),
                    10,
                    "image/jpeg",
                    WriteCondition.always());
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SnapshotSource source(Bucket bucket, StoredObject copy) {
        KeptCopies copies = new KeptCopies() {
            @Override
            public History of(FilePath path) {
                Instant modified = Instant.ofEpochSecond(1_795_960_000);
                return new History(
                        List.of(new State(
                                ID.substring("snapshot:".length()),
                                Instant.ofEpochSecond(1_795_961_000),
                                modified,
                                copy.size(),
                                "\"of the file\"",
                                copy.etag())),
                        true);
            }

            @Override
            public ObjectContent open(String id, FilePath path, @Nullable ByteRange range) throws IOException {
                require(path);
                return bucket.get(copy.key(), range, ReadCondition.any()).orElseThrow();
            }

            @Override
            public CopySource source(String id, FilePath path) throws IOException {
                require(path);
                return CopySource.newest(bucket.name(), copy);
            }

            private void require(FilePath path) throws IOException {
                if (!CAT.endsWith(path.toString())) {
                    throw new NoSuchFileException(path.toString());
                }
            }
        };
        return new SnapshotSource() {
            @Override
            public Report read() {
                return new Report(Instant.EPOCH, true, Optional.empty(), List.of(), 0, Optional.empty());
            }

            @Override
            public Optional<KeptCopies> copies() {
                return Optional.of(copies);
            }
        };
    }
}
