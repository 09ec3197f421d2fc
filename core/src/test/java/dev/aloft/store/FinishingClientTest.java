package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Occasion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The end of an upload in parts, for which S3 may take longer than for any other request.
@Timeout(300)
final class FinishingClientTest extends BucketFixture {

    private static final int SIZE = ObjectUploads.PART_BYTES + MIB;

    private static StoredObject upload(Bucket to) throws IOException {
        byte[] bytes = bytes(SIZE);
        return to.put(
                CAT,
                offset -> new ByteArrayInputStream(bytes, (int) offset, SIZE - (int) offset),
                SIZE,
                new ObjectHeaders("video/mp4", null),
                Map.of(),
                WriteCondition.always());
    }

    @Test
    void slowEndIsAwaited() throws IOException {
        Bucket hasty = store.host(Duration.ofSeconds(4));
        Occasion slow = s3.on("CompleteMultipartUpload").delay(Duration.ofSeconds(9));

        assertThat(upload(hasty).size()).isEqualTo(SIZE);
        assertThat(slow.met()).isEqualTo(1);
        assertThat(s3.count("AbortMultipartUpload")).isZero();
    }

    @Test
    void errorInASuccessIsAnError() throws IOException {
        Occasion once = s3.on("CompleteMultipartUpload").next(1).answerOkWithError("InternalError");
        assertThat(upload(bucket).size()).isEqualTo(SIZE);
        assertThat(once.met()).isEqualTo(1);
        bucket.delete(CAT);

        s3.on("CompleteMultipartUpload").answerOkWithError("InternalError");

        assertKind(Kind.UNAVAILABLE, () -> upload(bucket));
        assertThat(store.host().head(CAT, Duration.ZERO)).isEmpty();
        assertThat(s3.count("AbortMultipartUpload")).isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void silentEndIsGivenUp() {
        Bucket hasty = store.host(Duration.ofSeconds(2));
        s3.on("CompleteMultipartUpload").neverAnswer();

        assertKind(Kind.TIMEOUT, () -> upload(hasty));
    }
}
