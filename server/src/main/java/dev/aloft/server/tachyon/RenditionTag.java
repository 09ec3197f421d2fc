package dev.aloft.server.tachyon;

import dev.aloft.image.Recipe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Identifies a rendition before it is made: by the original's version, the recipe, and the library.
///
/// Two runs may produce different bytes: several sizes made in one decoding differ from the same sizes made alone. A
/// strong entity tag therefore also contains a checksum of the bytes. A client with any of them has the rendition.
record RenditionTag(String value) {

    /// Increased when the same recipe produces another picture.
    private static final String PIPELINE = "3";

    private static final int DIGITS = 32;
    private static final int DIGITS_OF_BYTES = 16;

    /// @param library name and version of the image library
    static RenditionTag of(OriginalVersion original, Recipe recipe, String library) {
        String all = String.join("\n", PIPELINE, library, original.etag(), recipe.toString());
        return new RenditionTag(sum(all.getBytes(StandardCharsets.UTF_8), DIGITS));
    }

    /// The strong entity tag of these bytes of the rendition, with its quotes.
    String etag(byte[] bytes) {
        return '"' + value + '-' + sum(bytes, DIGITS_OF_BYTES) + '"';
    }

    /// Returns true if an entity tag is of this rendition, whatever its bytes.
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
