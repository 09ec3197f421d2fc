package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.image.PictureException.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Originals that nobody decodes for some time.
final class RefusedOriginalsTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock that is about to turn over
    private final RefusedOriginals refused = new RefusedOriginals(now::get);
    private final PictureException slow = new PictureException(Kind.TOO_SLOW, "the picture takes too long to make");

    @Test
    void anOriginalIsRefusedByItsVersionForFiveMinutes() {
        refused.add("media/a.jpg", "one", slow);
        now.addAndGet(RefusedOriginals.MEMORY.toNanos() - 1);
        assertThatThrownBy(() -> refused.requireUnknown("media/a.jpg", "one")).hasMessage(slow.getMessage());
        assertThatCode(() -> refused.requireUnknown("media/a.jpg", "two")).doesNotThrowAnyException();
        assertThatCode(() -> refused.requireUnknown("media/b.jpg", "one")).doesNotThrowAnyException();
        now.incrementAndGet();
        assertThatCode(() -> refused.requireUnknown("media/a.jpg", "one")).doesNotThrowAnyException();
    }

    @Test
    void theOldestIsForgottenBeyondTheLimit() {
        for (int i = 0; i <= RefusedOriginals.MAX_ORIGINALS; i++) {
            refused.add("media/" + i, "v", slow);
        }
        assertThatCode(() -> refused.requireUnknown("media/0", "v")).doesNotThrowAnyException();
        assertThatThrownBy(() -> refused.requireUnknown("media/1", "v")).isInstanceOf(PictureException.class);
    }
}
