package dev.aloft.files;

import dev.aloft.store.ObjectHeaders;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules for the headers of files, by name. For each header the first matching rule decides. Without one, the type
/// follows from the name's extension, and `Cache-Control` is the writer's. The rules apply to files that are written
/// anew; an edited, appended, copied or renamed file keeps its headers.
public record HeaderRules(List<HeaderRule> rules) {

    /// The default: types follow from extensions, and `Cache-Control` is the writer's.
    public static final HeaderRules NONE = new HeaderRules(List.of());

    public HeaderRules {
        rules = List.copyOf(rules);
    }

    /// @param headers of the writer: its type overrides the rules, its `Cache-Control` does not
    ObjectHeaders of(FilePath path, WriteHeaders headers) {
        String type = headers.contentType() == null
                ? first(path, HeaderRule::contentType).orElseGet(() -> ContentTypes.ofName(path.value()))
                : headers.contentType();
        return new ObjectHeaders(type, first(path, HeaderRule::cacheControl).orElse(headers.cacheControl()));
    }

    private Optional<String> first(FilePath path, Function<HeaderRule, @Nullable String> header) {
        return rules.stream()
                .filter(rule -> header.apply(rule) != null)
                .filter(rule -> rule.fits(path))
                .map(rule -> Objects.requireNonNull(header.apply(rule)))
                .findFirst();
    }
}
