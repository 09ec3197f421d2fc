package dev.aloft.store;

import static dev.aloft.store.TestStore.stream;
import static dev.aloft.testkit.RequestsAssertion.assertThatRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Lookups, reads and listings: bytes, requests, and the age of an answer from memory.
final class BucketReadingTest extends BucketFixture {

    @Test
    void objectIsReadAsItWasWritten() throws IOException {
        StoredObject written = write(CAT, "meow");

        assertThat(written.size()).isEqualTo(4);
        assertThat(text(store.host().read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        StoredObject seen = store.host().head(CAT, Duration.ZERO).orElseThrow();
        assertThat(seen.etag()).isEqualTo(written.etag());
        assertThat(seen.type()).contains("image/jpeg");
        assertThat(Duration.between(written.modified(), seen.modified()).abs()).isLessThanOrEqualTo(SECOND);
    }

    @Test
    void writtenObjectIsLookedUpAndReadWithoutARequest() throws IOException {
        write(CAT, "meow");
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThat(bucket.hasKeysUnder("uploads/", SECOND)).isTrue();
        assertThat(text(bucket.read(CAT, null, null, SECOND))).isEqualTo("meow");
        assertThat(text(bucket.read(CAT, ByteRange.of(1, 2), null, SECOND))).isEqualTo("eo");
        assertThatRequests(s3).areNone();
    }

    @Test
    void deletedObjectIsKnownToBeMissingWithoutARequest() throws IOException {
        write(CAT, "meow");
        bucket.delete(CAT);
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        assertThatRequests(s3).areNone();
        assertThat(bucket.hasKeysUnder("uploads/", SECOND)).isFalse();
        assertThatRequests(s3).are("1 ListObjectsV2");
    }

    @Test
    void lookUpIsOneHeadForAsLongAsItsAnswerIsYoungEnough() throws IOException {
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(bucket.head(CAT, SECOND)).isPresent();
        store.clock().advance(SECOND.minusMillis(1));
        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThatRequests(s3).are("1 HeadObject");

        store.clock().advance(Duration.ofMillis(1));
        assertThat(bucket.head(CAT, SECOND)).isPresent();
        assertThatRequests(s3).are("2 HeadObject");
    }

    @Test
    void changeOfAnotherHostIsSeenWhenTheAnswerIsTooOld() throws IOException {
        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());

        assertThat(bucket.head(CAT, SECOND)).isEmpty();
        store.clock().advance(SECOND);
        assertThat(bucket.head(CAT, SECOND)).isPresent();
    }

    @Test
    void readAsksForTheNewestVersionAndFetchesOnlyANewOne() throws IOException {
        write(CAT, "meow");
        s3.reset();

        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("meow");
        assertThatRequests(s3).are("1 GetObject");
        assertThat(s3.requests().getFirst().status()).isEqualTo(304);

        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());
        assertThat(text(bucket.read(CAT, null, null, Duration.ZERO))).isEqualTo("purr");
    }

    @Test
    void smallObjectIsFetchedOnceHoweverItIsRead() throws IOException {
        store.host().put(CAT, stream("meow"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(text(bucket.read(CAT, ByteRange.of(0, 1), null, SECOND))).isEqualTo("me");
        assertThat(text(bucket.read(CAT, ByteRange.suffix(2), null, SECOND))).isEqualTo("ow");
        assertThat(text(bucket.read(CAT, null, null, SECOND))).isEqualTo("meow");
        assertThatRequests(s3).are("1 GetObject");
    }

    @Test
    void endOfALargeObjectIsOneSmallRange() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        store.host()
                .put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        s3.reset();

        try (ObjectContent end = bucket.read(film, ByteRange.suffix(10), null, Duration.ZERO)) {
            assertThat(end.body().readAllBytes()).isEqualTo(bytes(20 * MIB, 20 * MIB - 10));
            assertThat(end.object().size()).isEqualTo(20 * MIB);
        }
        assertThatRequests(s3).are("1 GetObject");
        assertThat(s3.requests().getFirst().bytesOut()).isEqualTo(10);
    }

    @Test
    void beginningOfAnObjectKnownToBeLargeIsOneSmallRange() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        bucket.put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        s3.reset();

        try (ObjectContent start = bucket.read(film, ByteRange.of(0, 9), null, Duration.ZERO)) {
            assertThat(start.body().readAllBytes()).hasSize(10);
        }
        assertThat(s3.requests().getFirst().bytesOut()).isEqualTo(10);
    }

    @Test
    void pinnedReadOfAVersionThatWasReplacedFails() throws IOException {
        StoredObject old = write(CAT, "meow");
        write(CAT, "purr");

        assertKind(Kind.PRECONDITION, () -> store.host().read(CAT, null, old.etag(), Duration.ZERO));
        assertKind(Kind.PRECONDITION, () -> bucket.read(CAT, null, old.etag(), Duration.ZERO));
    }

    @Test
    void pinnedReadIsServedFromWhatIsHeldWhateverOtherHostsDo() throws IOException {
        StoredObject old = write(CAT, "meow");
        store.host().put(CAT, stream("purr"), 4, "image/jpeg", WriteCondition.always());
        s3.reset();

        assertThat(text(bucket.read(CAT, ByteRange.of(2, 3), old.etag(), Duration.ZERO)))
                .isEqualTo("ow");
        assertThatRequests(s3).areNone();
    }

    @Test
    void emptyObjectHasNoRange() throws IOException {
        write(CAT, "");

        for (Bucket host : List.of(bucket, store.host())) {
            assertThat(text(host.read(CAT, null, null, Duration.ZERO))).isEmpty();
            assertKind(Kind.RANGE, () -> host.read(CAT, ByteRange.of(0, 9), null, Duration.ZERO));
            assertKind(Kind.RANGE, () -> host.read(CAT, ByteRange.suffix(9), null, Duration.ZERO));
        }
    }

    @Test
    void readThatBreaksInTheMiddleIsAnErrorAndNotAShorterObject() throws IOException {
        ObjectKey film = ObjectKey.of("film.mp4");
        store.host()
                .put(film, new ByteArrayInputStream(bytes(20 * MIB)), 20 * MIB, "video/mp4", WriteCondition.always());
        write(CAT, "m".repeat(100_000));

        s3.on("GetObject").next(1).truncateAnswerAfter(MIB);
        assertBreaks(film);
        s3.on("GetObject").next(1).resetAnswerAfter(MIB);
        assertBreaks(film);
        s3.on("GetObject").next(1).truncateAnswerAfter(1000);
        assertKind(Kind.UNAVAILABLE, () -> store.host().read(CAT, null, null, Duration.ZERO));
    }

    private void assertBreaks(ObjectKey film) throws IOException {
        try (ObjectContent content = bucket.read(film, null, null, Duration.ZERO)) {
            assertKind(Kind.UNAVAILABLE, () -> content.body().transferTo(OutputStream.nullOutputStream()));
        }
    }

    @Test
    void readersThatLeaveEarlyLeaveNoConnectionBehind() throws IOException {
        write(CAT, "m".repeat(3 * MIB));
        for (int i = 0; i < StoreResources.MAX_CONNECTIONS + 10; i++) {
            try (ObjectContent content =
                    bucket.get(CAT, null, ReadCondition.any()).orElseThrow()) {
                assertThat(content.body().read()).isEqualTo('m');
            }
        }
        assertThat(bucket.head(CAT, Duration.ZERO)).isPresent();
    }

    @Test
    void listingGoesPageByPage() throws IOException {
        for (String key : List.of("a/1", "a/2", "b", "c")) {
            write(ObjectKey.of(key), "x");
        }
        Page first = bucket.list(ListQuery.directory("").withLimit(2));
        Page second = bucket.list(ListQuery.directory("").withLimit(2).after(first.next()));

        assertThat(first.prefixes()).containsExactly("a/");
        assertThat(first.objects()).extracting(o -> o.key().value()).containsExactly("b");
        assertThat(second.objects()).extracting(o -> o.key().value()).containsExactly("c");
        assertThat(second.nextToken()).isEmpty();
    }

    @Test
    void aStoreWithoutVersionsSaysSo() throws IOException {
        write(CAT, "miau");

        assertThat(bucket.versions().state()).isEqualTo(Versioning.OFF);
        assertKind(Kind.INVALID, () -> bucket.versions().list("", 1000, null));
    }
}
