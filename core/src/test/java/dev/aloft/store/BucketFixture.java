package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A bucket of the embedded S3, behind a front that counts requests and makes faults.
@Timeout(60)
abstract class BucketFixture {

    static final ObjectKey CAT = ObjectKey.of("uploads/cat.jpg");
    static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration HOUR = Duration.ofHours(1);
    static final int MIB = 1 << 20;

    /// Names with every character that a URL, a signature or XML treats specially.
    static final List<String> NASTY_NAMES = List.of(
            "plain.jpg",
            "a b.jpg",
            "a+b.jpg",
            "100%.jpg",
            "a%2Fb%20c.jpg",
            "~tilde_-.jpg",
            "*'()!.jpg",
            "&<>\".jpg",
            "?#[]@:;=$,.jpg",
            "{}|^`.jpg",
            "übergröße/日本語/🐈.jpg",
            "e\u0301.jpg");

    @TempDir
    Path data;

    TestStore store;
    S3Front s3;
    Bucket bucket;

    @BeforeEach
    void start() throws IOException {
        store = TestStore.start(data);
        s3 = store.front();
        bucket = store.host();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    StoredObject write(ObjectKey key, String text) throws IOException {
        return bucket.put(key, stream(text), text.length(), "image/jpeg", WriteCondition.always());
    }

    static String text(ObjectContent content) throws IOException {
        try (content) {
            return new String(content.body().readAllBytes(), UTF_8);
        }
    }

    /// So many bytes that are unlike their neighbours, the same each time.
    static byte[] bytes(int count) {
        return bytes(count, 0);
    }

    static byte[] bytes(int end, int from) {
        byte[] bytes = new byte[end - from];
        for (int i = 0; i < bytes.length; i++) {
            int at = from + i;
            bytes[i] = (byte) (at ^ (at >> 8) ^ (at >> 16));
        }
        return bytes;
    }

    static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }
}
