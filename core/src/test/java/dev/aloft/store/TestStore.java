package dev.aloft.store;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.S3Front;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A bucket of an embedded S3 behind a front that counts requests and goes wrong on demand. Its clock stands still
/// unless the test moves it. The caller closes it.
public final class TestStore implements AutoCloseable {

    /// The one bucket.
    public static final String BUCKET = "media";

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");

    private final EmbeddedS3 s3;
    private final S3Front front;
    private final S3Client outsider;
    private final SettableClock clock = new SettableClock();
    private final List<Store> stores = new ArrayList<>();

    private TestStore(EmbeddedS3 s3, S3Front front) {
        this.s3 = s3;
        this.front = front;
        AwsBasicCredentials pair = AwsBasicCredentials.create(CREDENTIALS.accessKey(), CREDENTIALS.secretKey());
        this.outsider = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(pair))
                .build();
    }

    /// Starts on an empty folder.
    public static TestStore start(Path data) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket(BUCKET);
        return new TestStore(s3, S3Front.before(s3.endpoint()));
    }

    /// The front that counts the requests and makes them fail.
    public S3Front front() {
        return front;
    }

    /// The clock of every host's memory.
    public SettableClock clock() {
        return clock;
    }

    /// The bucket as one more host sees it, which knows nothing of the others.
    public Bucket host() {
        return host(Duration.ofSeconds(20));
    }

    /// The same with a limit for one request.
    public Bucket host(Duration timeout) {
        return host(StoreSettings.at(Provider.EMBEDDED, front.endpoint()).withTimeout(timeout));
    }

    /// The same to a host that takes the store for one of this make.
    public Bucket host(Provider provider) {
        return host(StoreSettings.at(provider, front.endpoint()));
    }

    /// Another bucket, which the outsider has made.
    Bucket hostOf(String bucket) {
        return open(StoreSettings.at(Provider.EMBEDDED, front.endpoint())).bucket(bucket);
    }

    Bucket host(StoreSettings settings) {
        return open(settings).bucket(BUCKET);
    }

    private Store open(StoreSettings settings) {
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey(), clock);
        stores.add(store);
        return store;
    }

    /// The embedded S3 itself: past the front, uncounted, for what only other programs write.
    public S3Client outsider() {
        return outsider;
    }

    /// A stream of these characters.
    public static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A stream of so many zeros.
    static InputStream zeros(int size) {
        return new InputStream() {
            private int left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) {
                int n = Math.min(count, left);
                left -= n;
                return n == 0 && count > 0 ? -1 : n;
            }
        };
    }

    @Override
    public void close() throws IOException {
        stores.forEach(Store::close);
        outsider.close();
        front.close();
        s3.close();
    }
}
