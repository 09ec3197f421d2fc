package dev.aloft.files;

import dev.aloft.store.ObjectHeaders;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// The rules for the headers of files, by name. For each header the first matching rule decides. Without one, the type
/// follows from the name's extension, and `Cache-Control` is the writer's. The rules apply to files that are written
/// anew; an edited, appended, copied or renamed file keeps its headers.
public record HeaderRules(List<Rule> rules) {

    /// The default: types follow from extensions, and `Cache-Control` is the writer's.
    public static final HeaderRules NONE = new HeaderRules(List.of());

    public HeaderRules {
        rules = List.copyOf(rules);
    }

    /// @param headers of the writer: its type overrides the rules, its `Cache-Control` does not
    ObjectHeaders of(FilePath path, WriteHeaders headers) {
        String type = headers.contentType() == null
                ? first(path, Rule::contentType).orElseGet(() -> ContentTypes.ofName(path.value()))
                : headers.contentType();
        return new ObjectHeaders(type, first(path, Rule::cacheControl).orElse(headers.cacheControl()));
    }

    /// The headers of a file for which the writer gives none.
    public ObjectHeaders headers(FilePath path) {
        return of(path, WriteHeaders.NONE);
    }

    private Optional<String> first(FilePath path, Function<Rule, @Nullable String> header) {
        return rules.stream()
                .filter(rule -> header.apply(rule) != null)
                .filter(rule -> rule.fits(path))
                .map(rule -> Objects.requireNonNull(header.apply(rule)))
                .findFirst();
    }

    /// Headers for files with matching names.
    ///
    /// @param files a [Glob]: without a slash for the file's name (`*.css`), with one for its path in the bucket
    ///     (`uploads/fonts/**`)
    /// @param contentType a media type, or null for the one of the name's extension; the writer's overrides it
    /// @param cacheControl `Cache-Control`, or null for none
    public record Rule(
            String files,
            @Nullable String contentType,
            @Nullable String cacheControl) {

        /// @throws IllegalArgumentException for an invalid glob, a value that is blank or not printable ASCII, or no
        ///     header at all
        public Rule {
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
}
