package dev.aloft.files;

import dev.aloft.store.ObjectHeaders;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The headers that a file is stored with, by its name. Of several rules that fit, the first that says a header has
/// it; what none says is the type of the name's extension, and the writer's `Cache-Control` or none. They hold for
/// files that are written
/// anew: one that is edited, appended to, copied or renamed keeps what it has.
public record HeaderRules(List<HeaderRule> rules) {

    public static final HeaderRules NONE = new HeaderRules(List.of());

    public HeaderRules {
        rules = List.copyOf(rules);
    }

    /// @param headers the writer's words: on the type it has the last, on `Cache-Control` a rule has
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
