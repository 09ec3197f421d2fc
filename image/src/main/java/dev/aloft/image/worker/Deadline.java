package dev.aloft.image.worker;

import dev.aloft.image.PictureException;
import dev.aloft.image.PictureException.Kind;
import java.time.Duration;

/// End of the time for a rendering.
record Deadline(long nanoTime) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }

    void check() throws PictureException {
        if (isOver()) {
            throw new PictureException(Kind.TOO_SLOW, "the picture takes too long to make");
        }
    }
}
