package dev.aloft.files;

import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Headers for files with matching names.
///
/// @param files a [Glob]: without a slash for the file's name
///     (`*.css`), with one for its path in the bucket (`uploads/fonts/**`)
/// @param contentType instead of the one that the name's extension says, or null; the writer's word goes before it
/// @param cacheControl `Cache-Control`, or null for none
public record HeaderRule(
        String files,
        @Nullable String contentType,
        @Nullable String cacheControl) {

    /// @throws IllegalArgumentException for an invalid glob, a value that is blank or not printable ASCII, or a rule
    ///     without any header
    public HeaderRule {
        try {
            Glob _ = Glob.parse(files);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a glob: " + files + " (" + e.getDescription() + ")", e);
        }
        requireHeader(contentType);
        requireHeader(cacheControl);
        if (contentType == null && cacheControl == null) {
            throw new IllegalArgumentException("the rule for " + files + " says neither a type nor Cache-Control");
        }
    }

    private static void requireHeader(@Nullable String value) {
        if (value != null && (value.isBlank() || !value.matches("[ -~]*"))) {
            throw new IllegalArgumentException("not the value of a header: \"" + value + "\"");
        }
    }

    boolean fits(FilePath path) {
        String whole = path.value();
        return Glob.parse(files).matches(files.contains("/") ? whole : whole.substring(whole.lastIndexOf('/') + 1));
    }
}
