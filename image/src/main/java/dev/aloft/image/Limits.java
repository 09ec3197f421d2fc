package dev.aloft.image;

import java.time.Duration;

/// What one picture may cost. OriginalSource are measured before any pixel is made.
///
/// @param originalBytes of a file
/// @param originalPixels of one that is decoded from top to bottom: a baseline JPEG, a PNG, a TIFF
/// @param heldPixels of one that is decoded as a whole: a progressive JPEG, AVIF, HEIC, a frame of WebP or GIF; of a
///     larger one nobody looks for bars
/// @param frames of a film
/// @param filmPixels of all its frames, which are decoded one after the other
/// @param answerPixels of an answer, all its frames together
/// @param time from the first byte of the original to the last of the answer
public record Limits(
        long originalBytes,
        long originalPixels,
        long heldPixels,
        int frames,
        long filmPixels,
        long answerPixels,
        Duration time) {

    /// 64 MiB; 100 and 50 megapixels; 1000 frames of 400 megapixels; answers of 50 megapixels; 20 seconds.
    public static final Limits DEFAULT =
            new Limits(64L << 20, 100_000_000, 50_000_000, 1000, 400_000_000, 50_000_000, Duration.ofSeconds(20));

    public Limits {
        if (Math.min(originalBytes, originalPixels) < 1
                || Math.min(heldPixels, frames) < 1
                || Math.min(filmPixels, answerPixels) < 1) {
            throw new IllegalArgumentException(
                    "a limit of pictures is below 1: " + originalBytes + " bytes, " + originalPixels + ", " + heldPixels
                            + ", " + filmPixels + " and " + answerPixels + " pixels, " + frames + " frames");
        }
        if (time.toMillis() < 1) {
            throw new IllegalArgumentException("no time for a picture: " + time);
        }
    }

    public Limits withTime(Duration other) {
        return new Limits(originalBytes, originalPixels, heldPixels, frames, filmPixels, answerPixels, other);
    }
}
