package dev.aloft.server.tachyon;

import dev.aloft.image.Recipe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Which rendition it is, known before it is made: of the original's version, of what is asked of it, and of what makes
/// it.
///
/// Made twice, its bytes may differ: several sizes that are made of one decoding differ from the same ones made alone.
/// So a strong entity tag also has a sum of the bytes, but whoever has any of them has the rendition.
record RenditionTag(String value) {

    /// To be raised when the same recipe gives another picture.
    private static final String PIPELINE = "3";

    private static final int DIGITS = 32;
    private static final int DIGITS_OF_BYTES = 16;

    /// @param library name and version of what makes the pictures
    static RenditionTag of(OriginalVersion original, Recipe recipe, String library) {
        String all = String.join("\n", PIPELINE, library, original.etag(), recipe.toString());
        return new RenditionTag(sum(all.getBytes(StandardCharsets.UTF_8), DIGITS));
    }

    /// The entity tag of these bytes of it: strong, with its quotes.
    String etag(byte[] bytes) {
        return '"' + value + '-' + sum(bytes, DIGITS_OF_BYTES) + '"';
    }

    /// Whether an entity tag is of some bytes of it.
    boolean isIn(String etag) {
        return etag.startsWith('"' + value + '-');
    }

    private static String sum(byte[] bytes, int digits) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash).substring(0, digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
