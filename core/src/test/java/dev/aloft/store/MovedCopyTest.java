package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ReadRequests.Head;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Copies of a migration, by the mark of their write.
final class MovedCopyTest {

    private static final Instant BEGUN = Instant.parse("2026-11-30T12:00:00Z");

    private static StoredObject object(Instant modified) {
        return new StoredObject(ObjectKey.of("a"), 7, "\"e\"", modified, null, null);
    }

    @Test
    void aCopyIsKnownByItsMark() {
        Instant before = Instant.now().minusSeconds(1);
        MovedCopy copy =
                MovedCopy.of(new Head(object(BEGUN), MovedCopy.newMark(), null)).orElseThrow();

        assertThat(copy.begun()).isBetween(before, Instant.now());
        assertThat(MovedCopy.of(new Head(object(BEGUN), "0b9f4f8e-copy-1", null)))
                .isEmpty();
        assertThat(MovedCopy.of(new Head(object(BEGUN), null, null))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT0S, true", // a time in S3 is a whole second
        "PT2S, PT2.9S, true",
        "PT2S, PT3S, false", // the deletion failed
        "PT60S, PT0S, true",
        "PT61S, PT0S, false", // brought back later, with all metadata
        "PT-60S, PT-60S, true", // the clock of the host is ahead
        "PT-61S, PT-61S, false"
    })
    void onlyAWriteThatIsYoungerThanTheDeletionIsLeftAfterIt(Duration written, Duration deleted, boolean isLeft) {
        MovedCopy copy = new MovedCopy(object(BEGUN.plus(written)), BEGUN);

        assertThat(copy.isLeftAfter(object(BEGUN.plus(deleted)))).isEqualTo(isLeft);
    }
}
