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

/// A bucket of an embedded S3 behind a front that counts requests and goes wrong on demand. Its clock stands still
/// unless the test moves it. Whoever opens it closes it.
public final class TestStore implements AutoCloseable {

    /// The one bucket.
    public static final String BUCKET = "media";

    private static final S3Credentials CREDENTIALS = new S3Credentials("aloft", "not-a-secret");

    private final EmbeddedS3 s3;
    private final S3Front front;
    private final SettableClock clock = new SettableClock();
    private final List<Store> stores = new ArrayList<>();

    private TestStore(EmbeddedS3 s3, S3Front front) {
        this.s3 = s3;
        this.front = front;
    }

    /// Starts on an empty folder.
    public static TestStore start(Path data) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(data, CREDENTIALS);
        s3.createBucket(BUCKET);
        return new TestStore(s3, S3Front.before(s3.endpoint()));
    }

    /// What counts the requests and makes them fail.
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
        return host(StoreSettings.at(Provider.OTHER, front.endpoint()).withTimeout(timeout));
    }

    Bucket host(StoreSettings settings) {
        Store store = Store.open(settings, CREDENTIALS.accessKey(), CREDENTIALS.secretKey(), clock);
        stores.add(store);
        return store.bucket(BUCKET);
    }

    /// A stream of these characters.
    public static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        stores.forEach(Store::close);
        front.close();
        s3.close();
    }
}
