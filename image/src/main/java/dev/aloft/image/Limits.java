package dev.aloft.image;

import java.time.Duration;

/// Limits of one picture. Originals are checked before decoding.
///
/// @param originalBytes size of a file
/// @param originalPixels pixels of formats decoded row by row: baseline JPEG, PNG, TIFF
/// @param heldPixels pixels of formats decoded as a whole: progressive JPEG, AVIF, HEIC, a frame of WebP or GIF; also
///     the limit for detecting bars
/// @param frames number of frames of a film
/// @param filmPixels pixels of all frames, which are decoded in sequence
/// @param answerPixels pixels of a rendition, all frames
/// @param time from the first byte read to the last byte written
public record Limits(
        long originalBytes,
        long originalPixels,
        long heldPixels,
        int frames,
        long filmPixels,
        long answerPixels,
        Duration time) {

    /// Defaults: 64 MiB; 100 and 50 megapixels; 1000 frames with 400 megapixels; renditions of 50 megapixels; 20
    /// seconds.
    public static final Limits DEFAULT =
            new Limits(64L << 20, 100_000_000, 50_000_000, 1000, 400_000_000, 50_000_000, Duration.ofSeconds(20));

    /// @throws IllegalArgumentException for a limit below 1, or a time below a millisecond
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

    /// Copy with another time for one picture, at least a millisecond.
    public Limits withTime(Duration other) {
        return new Limits(originalBytes, originalPixels, heldPixels, frames, filmPixels, answerPixels, other);
    }
}
