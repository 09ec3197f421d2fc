package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;

/// The headers of an answer to a read: what they mean, and what is refused.
@Tag("unit")
final class HttpAnswerTest {

    private static final ObjectKey CAT = ObjectKey.of("cat.jpg");

    private final Map<String, String> headers = new HashMap<>(Map.of(
            "etag",
            "\"v1\"",
            "LAST-MODIFIED",
            "Sun, 29 Nov 2026 14:51:59 GMT",
            "Content-Length",
            "4",
            "content-type",
            "image/jpeg",
            "cache-control",
            "no-cache",
            "X-Amz-Meta-Author",
            "me",
            "x-amz-meta-" + ObjectUploads.Target.MARK,
            "w1"));

    @Test
    void headersAreReadInAnyCaseAndTheMarkOfAWriteIsNoMetadataOfTheUsers() throws StoreException {
        StoredObject cat = answer().object("look up cat", CAT, 4);

        assertThat(cat)
                .isEqualTo(new StoredObject(
                        CAT,
                        4,
                        "\"v1\"",
                        Instant.parse("2026-11-29T14:51:59Z"),
                        "image/jpeg",
                        "no-cache",
                        null,
                        Map.of("author", "me")));
        assertThat(answer().mark()).isEqualTo("w1");
        assertThat(answer().length("look up cat")).isEqualTo(4);
    }

    @Test
    void transferOfAnUploadIsNoEncodingOfTheObject() throws StoreException {
        headers.put("Content-Encoding", "gzip,aws-chunked");
        assertThat(answer().object("look up cat", CAT, 4).contentEncoding()).isEqualTo("gzip");
        headers.put("Content-Encoding", "aws-chunked");
        assertThat(answer().object("look up cat", CAT, 4).contentEncoding()).isNull();
    }

    @Test
    void answerWithoutEtagOrWithAnInvalidDateOrLengthIsNotS3s() {
        headers.remove("etag");
        assertBad(() -> answer().object("look up cat", CAT, 4));
        headers.put("ETag", "\"v1\"");
        headers.put("LAST-MODIFIED", "yesterday");
        assertBad(() -> answer().object("look up cat", CAT, 4));
        headers.put("Content-Length", "-4");
        assertBad(() -> answer().length("look up cat"));
        headers.put("Content-Length", "four");
        assertBad(() -> answer().length("look up cat"));
    }

    private static void assertBad(ThrowingCallable call) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.BAD_ANSWER))
                .withMessageStartingWith("cannot look up cat: ");
    }

    @Test
    void anObjectEncryptedWithAKeyOfKmsOrOfTheClientHasNoDigestAsItsEtag() {
        assertThat(isEncryptedByKey("x-amz-server-side-encryption", "aws:kms")).isTrue();
        assertThat(isEncryptedByKey("x-amz-server-side-encryption", "aws:kms:dsse"))
                .isTrue();
        assertThat(isEncryptedByKey("x-amz-server-side-encryption-customer-algorithm", "AES256"))
                .isTrue();
    }

    @Test
    void anObjectEncryptedWithTheKeysOfS3HasOne() {
        assertThat(isEncryptedByKey("x-amz-server-side-encryption", "AES256")).isFalse();
        assertThat(answer().isEncryptedByKey()).isFalse();
    }

    private static boolean isEncryptedByKey(String name, String value) {
        return answer(Map.of(name, value)).isEncryptedByKey();
    }

    private HttpAnswer answer() {
        return answer(headers);
    }

    private static HttpAnswer answer(Map<String, String> headers) {
        SdkHttpResponse.Builder head = SdkHttpResponse.builder().statusCode(200);
        headers.forEach(head::putHeader);
        return new HttpAnswer(head.build(), AbortableInputStream.create(InputStream.nullInputStream()));
    }
}
