package dev.aloft.server.tachyon;

import dev.aloft.image.Recipe;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The entity tag of a rendition, known before it is made: of the original's version, of what is asked of it, and of
/// what makes it.
///
/// @param value strong, with its quotes
record RenditionTag(String value) {

    /// To be raised when the same recipe gives other bytes.
    private static final String PIPELINE = "1";

    private static final int HEX_DIGITS = 32;
    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    /// @param library name and version of what makes the pictures
    static RenditionTag of(OriginalVersion original, Recipe recipe, String library) {
        String all = String.join("\n", PIPELINE, library, original.etag(), recipe.toString());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return new RenditionTag("\"" + HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS) + "\"");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Whether the values of `If-None-Match` name it.
    boolean isAmong(List<String> ifNoneMatch) {
        for (String list : ifNoneMatch) {
            Matcher tag = TAG.matcher(list);
            while (tag.find()) {
                if (tag.group(1).equals(value)) {
                    return true;
                }
            }
        }
        return false;
    }
}
