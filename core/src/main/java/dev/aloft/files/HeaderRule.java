package dev.aloft.files;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What files of certain names are stored with.
///
/// @param files a glob as [java.nio.file.FileSystem#getPathMatcher] has it: without a slash for the file's name
///     (`*.css`), with one for its path in the bucket (`uploads/fonts/**`)
/// @param contentType instead of the one that the name's extension says, or null; the writer's word goes before it
/// @param cacheControl `Cache-Control`, or null for none
public record HeaderRule(
        String files,
        @Nullable String contentType,
        @Nullable String cacheControl) {

    public HeaderRule {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + files);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a glob: " + files + " (" + e.getDescription() + ")", e);
        }
        demandHeader(contentType);
        demandHeader(cacheControl);
        if (contentType == null && cacheControl == null) {
            throw new IllegalArgumentException("the rule for " + files + " says neither a type nor Cache-Control");
        }
    }

    private static void demandHeader(@Nullable String value) {
        if (value != null && (value.isBlank() || !value.matches("[ -~]*"))) {
            throw new IllegalArgumentException("not the value of a header: \"" + value + "\"");
        }
    }

    boolean fits(FilePath path) {
        PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + files);
        Path whole = Path.of(path.value());
        return glob.matches(files.contains("/") ? whole : whole.getFileName());
    }
}
