package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.files.FileVersions;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Bucket;
import dev.aloft.store.CopySource;
import dev.aloft.store.ObjectChanges;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Ceph;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// Versions of files on a bucket that keeps them: the rows of `docs/reference/agent-protocol.md` that
/// [AgentProtocolSuite] leaves to this class.
@Tag("ceph")
@Timeout(60)
final class CephAgentVersionsTest {

    private static final ProtocolPage PAGE = ProtocolPage.read();
    private static final String CAT = "/media/uploads/cat.jpg";

    @TempDir
    private static Path data;

    private static Ceph ceph;
    private static S3Front s3;
    private static Store store;
    private static S3Client outsider;

    private Path folder;
    private VersionsAgent agent;
    private final List<ObjectKey> changed = new ArrayList<>();
    private ObjectChanges.Watch watch;

    @BeforeAll
    static void startCeph() throws IOException {
        ceph = Ceph.start(data.resolve("ceph"));
        s3 = S3Front.before(ceph.endpoint());
        S3Credentials pair = ceph.credentials();
        store = Store.open(StoreSettings.at(Provider.CEPH, s3.endpoint()), pair.accessKey(), pair.secretKey());
        ceph.createBucket("media");
        ceph.createBucket("plain");
        ceph.createBucket("halted");
        ceph.createBucket("paused");
        outsider = S3Client.builder()
                .endpointOverride(ceph.endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(pair.accessKey(), pair.secretKey())))
                .build();
        set("media", BucketVersioningStatus.ENABLED);
    }

    private static void set(String bucket, BucketVersioningStatus status) {
        outsider.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    }

    @AfterAll
    static void stopCeph() throws IOException {
        outsider.close();
        store.close();
        s3.close();
        ceph.close();
        PAGE.requireSeenOnCeph();
    }

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aloft");
        s3.calm();
        agent = VersionsAgent.of(store, "media", folder, PAGE);
        watch = store.bucket("media").changes().watch(changed::add);
    }

    @AfterEach
    void stop() throws IOException {
        watch.close();
        agent.close();
        Files.delete(folder);
    }

    @Test
    void theHistoryOfAFileIsListedFromItsNewestVersionOn() throws IOException {
        String fox = "/media/uploads/fox.jpg";
        agent.put(fox, "one");
        agent.put(fox + ".txt", "another file");
        agent.put(fox, "three");
        agent.exchange("DELETE", fox);

        Answer answer = agent.exchange("GET", fox + "?versions");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text())
                .matches(
                        "\\{\"versions\":\\[\\{\"id\":\"[^\"]+\",\"modified\":\\d+,\"latest\":true,\"deleted\":true\\},"
                                + "\\{\"id\":\"[^\"]+\",\"modified\":\\d+,\"latest\":false,\"deleted\":false,\"size\":5,\"etag\":"
                                + "\"[^,]+\"\\},\\{\"id\":\"[^\"]+\",\"modified\":\\d+,\"latest\":false,\"deleted\":false,"
                                + "\"size\":3,\"etag\":\"[^,]+\"\\}\\],\"more\":false,\"suspended\":false\\}\\n");
        assertThat(agent.exchange("GET", "/media/uploads/missing.jpg?versions").status())
                .isEqualTo(404);
        assertThat(agent.exchange("GET", "/media/uploads/fox?versions").status())
                .isEqualTo(404);
    }

    @Test
    void aFileThatWasPrivateWhenItWasDeletedIsPrivateAgain() throws IOException {
        String file = "/media/uploads/secret.jpg";
        agent.put(file, "public once");
        agent.put(file, "private", "Aloft-Private: 1");
        String first = agent.ids(file).getLast();
        agent.exchange("DELETE", file);

        agent.exchange("POST", file + "?restore=" + first);

        assertThat(agent.exchange("GET", file).text()).isEqualTo("public once");
        assertThat(agent.exchange("GET", file).header("Aloft-Private")).isEqualTo("1");
    }

    @Test
    void anyVersionIsReadAndNoneIsChanged() throws IOException {
        String file = "/media/uploads/a%20b+%C3%BC.jpg";
        agent.put(file, "first", "Content-Type: text/x-one", "Aloft-Private: 1");
        agent.put(file, "second");
        String first = agent.ids(file).getLast();

        Answer whole = agent.exchange("GET", file + "?version=" + first);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.text()).isEqualTo("first");
        assertThat(whole.header("Content-Type")).isEqualTo("text/x-one");
        assertThat(whole.header("Aloft-Private")).isEqualTo("1");
        Answer part = agent.exchange("GET", file + "?version=" + first, "Range: bytes=1-2");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("ir");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 1-2/5");
        assertThat(agent.exchange("GET", file + "?version=" + first, "Range: bytes=9-")
                        .status())
                .isEqualTo(416);
        assertThat(agent.exchange("GET", file).text()).isEqualTo("second");
        assertThat(agent.ids(file)).hasSize(2);
    }

    @Test
    void aVersionOfAListedTagIsReadByOneRequest() throws IOException {
        String file = "/media/uploads/film.mp4";
        String first = agent.put(file, "first").header("ETag");
        String second = agent.put(file, "second").header("ETag");
        agent.exchange("DELETE", file);
        List<String> ids = agent.ids(file);
        s3.reset();

        Answer part = agent.exchange("GET", file + "?version=" + ids.get(2), "Range: bytes=1-2", "If-Match: " + first);
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("ir");
        assertThat(s3.summary()).isEqualTo("1 GetObject");
        assertThat(agent.exchange("GET", file + "?version=" + ids.get(1), "If-Match: " + second)
                        .text())
                .isEqualTo("second");

        assertThat(agent.exchange("GET", file + "?version=" + ids.get(2), "If-Match: " + second)
                        .status())
                .as("a store without versions would send the newest bytes")
                .isEqualTo(412);
        assertThat(agent.exchange("GET", file + "?version=other", "If-Match: " + first)
                        .status())
                .isEqualTo(404);
        assertThat(agent.exchange("GET", file + "?version=" + ids.get(0), "If-Match: " + first)
                        .status())
                .as("a deletion")
                .isIn(400, 404, 412);
    }

    @Test
    void aVersionIsBroughtBackByACopyOfWhichAllHear() throws IOException {
        String dog = "/media/uploads/dog.jpg";
        agent.put(dog, "good", "Content-Type: image/x-good", "Cache-Control: max-age=7");
        agent.put(dog, "bad");
        assertThat(agent.exchange("HEAD", dog).header("Content-Length")).isEqualTo("3");
        String good = agent.ids(dog).get(1);
        changed.clear();
        s3.reset();

        Answer restored = agent.restore(dog, good);
        assertThat(restored.status()).isEqualTo(201);
        assertThat(restored.header("Aloft-Private")).isEmpty();
        assertThat(s3.summary()).contains("1 CopyObject").doesNotContain("GetObject", "PutObject", "DeleteObject");
        assertThat(changed).containsExactly(ObjectKey.of("uploads/dog.jpg"));
        Answer now = agent.exchange("GET", dog);
        assertThat(now.text()).isEqualTo("good");
        assertThat(now.header("ETag")).isEqualTo(restored.header("ETag"));
        assertThat(now.header("Content-Type")).isEqualTo("image/x-good");
        assertThat(agent.exchange("HEAD", dog).header("Content-Length")).isEqualTo("4");
        assertThat(agent.ids(dog)).as("nothing is lost").hasSize(3).contains(good);

        agent.exchange("DELETE", dog);
        assertThat(agent.restore(dog, good).status()).isEqualTo(201);
        assertThat(agent.exchange("GET", dog).text()).isEqualTo("good");
    }

    @Test
    void noPrivateFileBecomesPublic() throws IOException {
        String file = "/media/uploads/letter.pdf";
        agent.put(file, "public");
        agent.put(file, "private", "Aloft-Private: 1");
        List<String> ids = agent.ids(file);

        assertThat(agent.restore(file, ids.getLast()).header("Aloft-Private")).isEqualTo("1");
        assertThat(agent.exchange("GET", file).header("Aloft-Private"))
                .as("private before")
                .isEqualTo("1");

        agent.put(file, "public again");
        assertThat(agent.exchange("GET", file).header("Aloft-Private")).isEmpty();
        agent.restore(file, ids.getFirst());
        assertThat(agent.exchange("GET", file).header("Aloft-Private"))
                .as("private then")
                .isEqualTo("1");
    }

    @Test
    void aFileThatTheClientKnowsAsPrivateIsNeverPublicInBetween() throws IOException {
        String file = "/media/uploads/minutes.pdf";
        agent.put(file, "one");
        agent.put(file, "two");

        Answer restored =
                agent.exchange("POST", file + "?restore=" + agent.ids(file).getLast(), "Aloft-Private: 1");

        assertThat(restored.header("Aloft-Private")).isEqualTo("1");
        assertThat(agent.exchange("GET", file).header("Aloft-Private")).isEqualTo("1");
        assertThat(agent.ids(file)).as("one copy with the mark, none without").hasSize(3);
        assertThat(agent.exchange("POST", file + "?restore=null", "Aloft-Private: yes")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatTheClientHasNotSeenIsNotReplaced() throws IOException {
        String file = "/media/uploads/plan.pdf";
        agent.put(file, "one");
        String seen = agent.put(file, "two").header("ETag");
        String first = agent.ids(file).getLast();
        agent.put(file, "three");

        for (String condition : List.of("If-Match: " + seen, "If-None-Match: *")) {
            Answer refused = agent.exchange("POST", file + "?restore=" + first, condition);
            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.text())
                    .isEqualTo("cannot restore s3:/" + file + ": another version is there, or none\n");
        }
        assertThat(agent.exchange("GET", file).text()).isEqualTo("three");
        String now = agent.exchange("GET", file).header("ETag");
        assertThat(agent.exchange("POST", file + "?restore=" + first, "If-Match: " + now)
                        .status())
                .isEqualTo(201);

        agent.exchange("DELETE", file);
        assertThat(agent.exchange("POST", file + "?restore=" + first, "If-Match: " + now)
                        .status())
                .isEqualTo(412);
        assertThat(agent.exchange("POST", file + "?restore=" + first, "If-None-Match: *")
                        .status())
                .isEqualTo(201);
        assertThat(agent.exchange("GET", file).text()).isEqualTo("one");
    }

    @Test
    void unknownVersionsAndDeletionsAreNotBroughtBack() throws IOException {
        agent.put(CAT, "here");
        agent.exchange("DELETE", CAT);
        agent.put("/media/uploads/other.jpg", "woof");
        String deletion = agent.ids(CAT).getFirst();
        String ofAnother = agent.ids("/media/uploads/other.jpg").getFirst();

        for (String id : List.of(deletion, ofAnother, "null", "..%2F", "%22%3Cb%3E")) {
            assertThat(agent.exchange("GET", CAT + "?version=" + id).status())
                    .as(id)
                    .isEqualTo(404);
            Answer refused = agent.restore(CAT, id);
            assertThat(refused.status()).as(id).isEqualTo(404);
            assertThat(refused.text()).isEqualTo("s3:/" + CAT + ": no such version\n");
        }
        assertThat(agent.exchange("HEAD", CAT).status()).isEqualTo(404);
    }

    @Test
    void oneVersionTooManyIsOutOfReach() throws IOException {
        String file = "/media/uploads/log.txt";
        for (int i = 0; i <= FileVersions.MAX_VERSIONS; i++) {
            agent.put(file, "line " + i);
        }
        Answer answer = agent.exchange("GET", file + "?versions");
        assertThat(agent.ids(file)).hasSize(FileVersions.MAX_VERSIONS);
        assertThat(answer.text()).endsWith("],\"more\":true,\"suspended\":false}\n");
        assertThat(agent.exchange("GET", file + "?version=" + agent.ids(file).getLast())
                        .text())
                .isEqualTo("line 1");
    }

    @Test
    void aBucketThatNeverKeptVersionsSaysSo() throws IOException {
        agent.close();
        agent = VersionsAgent.of(store, "plain", folder, PAGE);
        agent.put("/plain/uploads/a", "a");

        assertThat(agent.exchange("GET", "/plain/uploads/a?versions").status()).isEqualTo(409);
        assertThat(agent.exchange("GET", "/plain/uploads/a?version=null").status())
                .isEqualTo(409);
        Answer refused = agent.restore("/plain/uploads/a", "null");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).endsWith(": the bucket keeps no versions\n");
    }

    @Test
    void nothingIsRestoredWhileVersioningIsSuspended() throws IOException {
        agent.close();
        agent = VersionsAgent.of(store, "halted", folder, PAGE);
        String file = "/halted/uploads/a";
        agent.put(file, "older than versioning");
        set("halted", BucketVersioningStatus.ENABLED);
        agent.put(file, "kept");
        set("halted", BucketVersioningStatus.SUSPENDED);

        Answer listed = agent.exchange("GET", file + "?versions");
        assertThat(listed.text()).endsWith(",\"suspended\":true}\n");
        String kept = agent.ids(file).getFirst();
        Answer refused = agent.restore(file, kept);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text())
                .isEqualTo("s3:/" + file
                        + ": versioning is suspended, so a restored version could replace another one for good\n");
        assertThat(agent.exchange("GET", file + "?version=null").text()).isEqualTo("older than versioning");
        assertThat(agent.exchange("GET", file + "?version=" + kept).text()).isEqualTo("kept");
        assertThat(agent.ids(file)).containsExactly(kept, "null");
    }

    @Test
    void noCopyIsBroughtBackWhileVersioningIsSuspended() throws IOException {
        agent.close();
        agent = VersionsAgent.of(store, "paused", folder, PAGE);
        String file = "/paused/uploads/a";
        agent.put(file, "older than versioning");
        set("paused", BucketVersioningStatus.ENABLED);
        agent.put(file, "kept");
        set("paused", BucketVersioningStatus.SUSPENDED);
        Bucket bucket = store.bucket("paused");
        StoredObject copy =
                bucket.head(ObjectKey.of("uploads/a"), Duration.ZERO).orElseThrow();
        FileVersions versions = new FileVersions(new FileTree(bucket, FilePath.of("uploads")));

        assertThatThrownBy(() -> versions.restoreCopy(
                        FilePath.of("uploads/a"), CopySource.newest("paused", copy), WriteCondition.always(), false))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("versioning is suspended");
        assertThat(agent.exchange("GET", file + "?version=null").text()).isEqualTo("older than versioning");
    }

    @Test
    void credentialsWithoutThePermissionStillWriteFiles() throws IOException {
        agent.put(CAT, "one");
        s3.on("GetBucketVersioning").answer(403);

        Answer refused = agent.exchange("GET", CAT + "?versions");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("cannot read the versioning of s3://media");
        assertThat(agent.put(CAT, "two").status()).isEqualTo(201);
    }
}
