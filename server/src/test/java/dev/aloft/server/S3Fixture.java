package dev.aloft.server;

import dev.aloft.files.FilePath;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// An S3 with a bucket, and a front before it that counts and spoils what the edge asks.
///
/// The edge reads through a store of its own, so that it knows nothing of what a test has just written.
public final class S3Fixture implements AutoCloseable {

    public static final FilePath TOP = FilePath.of("shop");

    public static final String NAME = "media";
    public static final String USER = "tester";
    public static final String SECRET = "tester-secret";

    private final EmbeddedS3 s3;
    private final S3Front front;
    private final Store writing;
    private final Store reading;

    public S3Fixture(Path folder) throws IOException {
        this(folder, Duration.ofSeconds(10));
    }

    /// @param limit how long the edge may wait for S3
    public S3Fixture(Path folder, Duration limit) throws IOException {
        s3 = EmbeddedS3.start(folder, new S3Credentials(USER, SECRET));
        s3.createBucket(NAME);
        front = S3Front.before(s3.endpoint());
        writing = Store.open(StoreSettings.at(Provider.EMBEDDED, s3.endpoint()), USER, SECRET);
        reading =
                Store.open(StoreSettings.at(Provider.EMBEDDED, front.endpoint()).withTimeout(limit), USER, SECRET);
    }

    /// Ends faults, waits until the store is known to answer again, and forgets the requests.
    public void recover() throws Exception {
        front.comeUp();
        front.calm();
        Eventually.await("the store answers", () -> bucket().writeProblem().isEmpty());
        front.reset();
    }

    /// The front that counts and spoils the requests of the edge.
    public S3Front front() {
        return front;
    }

    /// The bucket for an edge.
    public Bucket bucket() {
        return reading.bucket(NAME);
    }

    /// A site of this bucket with nothing behind it, whose uploads cost what they cost by themselves: no folder's
    /// rules are read for them.
    public EdgeSite site() {
        return EdgeSite.of(uploads());
    }

    /// The uploads of [#site].
    public UploadsSite uploads() {
        return UploadsSite.of(bucket(), TOP).withServing(UploadsSite.ServingRules.DEFAULT.withoutHtaccess());
    }

    /// The key by which [#site] checks signatures, given this secret.
    public static UrlKey key(UrlSecret secret) {
        return UrlKey.of(secret, NAME, TOP);
    }

    /// Writes as this host's agent does: through the bucket that the edge reads.
    public void change(String name, String text) throws IOException {
        change(name, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    public void change(String name, String type, byte[] bytes) throws IOException {
        bucket().put(key(name), new ByteArrayInputStream(bytes), bytes.length, type, WriteCondition.always());
    }

    /// Makes an upload private.
    public void hide(StoredObject object) throws IOException {
        bucket().replaceMetadata(
                        bucket().head(object.key(), Duration.ZERO).orElseThrow(), Map.of(PrivateMark.NAME, "1"));
    }

    public static ObjectKey key(String name) {
        return ObjectKey.of(TOP + "/uploads/" + name);
    }

    /// The same bucket as another host sees it.
    public Bucket bucketOfAnotherHost() {
        return writing.bucket(NAME);
    }

    public StoredObject put(String name, String type, String text) throws IOException {
        return put(name, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /// @param name below the site's uploads
    public StoredObject put(String name, String type, byte[] bytes) throws IOException {
        return writing.bucket(NAME)
                .put(key(name), new ByteArrayInputStream(bytes), bytes.length, type, WriteCondition.always());
    }

    /// The query of a URL that S3's own tools sign in advance.
    public String presigned(String name, Duration time) {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(front.endpoint())
                .region(Region.US_EAST_1)
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, SECRET)))
                .build()) {
            return presigner
                    .presignGetObject(p -> p.signatureDuration(time)
                            .getObjectRequest(r -> r.bucket(NAME).key(key(name).value())))
                    .url()
                    .getQuery();
        }
    }

    @Override
    public void close() throws IOException {
        reading.close();
        writing.close();
        front.close();
        s3.close();
    }
}
