package dev.aloft.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One page of a listing, in the order of the keys' UTF-8 bytes.
///
/// @param objects what lies here; content types are not known from a listing
/// @param prefixes the common prefixes up to the delimiter, each with its trailing slash; empty for a flat
///     listing
/// @param hidden how many keys lie here that are no path (`a//b`, `../x`); they are not among the objects and
///     prefixes
/// @param next what asks for the page after this one, or null on the last
public record Page(
        List<StoredObject> objects,
        List<String> prefixes,
        int hidden,
        @Nullable String next) {

    public Page {
        objects = List.copyOf(objects);
        prefixes = List.copyOf(prefixes);
    }

    /// The [#next()] for [ListQuery#after]; empty on the last page.
    public Optional<String> nextToken() {
        return Optional.ofNullable(next);
    }

    /// The last object or prefix; empty if there is neither.
    Optional<String> last() {
        return Stream.concat(objects.stream().map(object -> object.key().value()), prefixes.stream())
                .max(Comparator.comparing(ObjectKey::of));
    }

    /// True if no key lies here, not even a hidden one.
    public boolean isEmpty() {
        return objects.isEmpty() && prefixes.isEmpty() && hidden == 0;
    }
}
