package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.PictureException.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Negative cache of harmful originals.
final class RefusedOriginalsTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock about to overflow
    private final RefusedOriginals refused = new RefusedOriginals(now::get);
    private final PictureException slow = new PictureException(Kind.TOO_SLOW, "the picture takes too long to make");

    @Test
    void anOriginalIsRefusedByItsVersionForFiveMinutes() {
        refused.add("media/a.jpg", "one", 500, slow);
        now.addAndGet(RefusedOriginals.MEMORY.toNanos() - 1);
        assertThat(refused.refusal("media/a.jpg", "one", 1)).contains(slow);
        assertThat(refused.refusal("media/a.jpg", "two", 1)).isEmpty();
        assertThat(refused.refusal("media/b.jpg", "one", 1)).isEmpty();
        now.incrementAndGet();
        assertThat(refused.refusal("media/a.jpg", "one", 1)).isEmpty();
    }

    @Test
    void aHugeRenditionThatFailsTakesNoSmallOnesFromOthers() {
        refused.add("media/a.jpg", "one", 40_000_000, slow);
        assertThat(refused.refusal("media/a.jpg", "one", 10_000_001)).contains(slow);
        assertThat(refused.refusal("media/a.jpg", "one", 10_000_000)).isEmpty();
    }

    @Test
    void anOriginalWhoseSmallRenditionFailsIsRefusedAltogether() {
        refused.add("media/a.jpg", "one", Long.MAX_VALUE, slow);
        refused.add("media/a.jpg", "one", RefusedOriginals.SMALL, slow);
        assertThat(refused.refusal("media/a.jpg", "one", 1)).contains(slow);
    }

    @Test
    void theOldestIsForgottenBeyondTheLimit() {
        for (int i = 0; i <= RefusedOriginals.MAX_ORIGINALS; i++) {
            refused.add("media/" + i, "v", 500, slow);
        }
        assertThat(refused.refusal("media/0", "v", 1)).isEmpty();
        assertThat(refused.refusal("media/1", "v", 1)).contains(slow);
    }
}
