package dev.aloft.store;

import org.jspecify.annotations.Nullable;

/// The parameters of a listing.
///
/// @param prefix only keys that begin so; the empty string for all
/// @param byDirectory keys that have a further slash are folded into their common prefix
/// @param limit at most so many entries in the page, 1 to 1,000
/// @param after the [Page#next()] of the page before, or null for the first
public record ListQuery(
        String prefix,
        boolean byDirectory,
        int limit,
        @Nullable String after) {

    /// S3's limit for a page.
    public static final int MAX_LIMIT = 1000;

    /// @throws IllegalArgumentException for a limit outside 1 to [#MAX_LIMIT]
    public ListQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " entries, not " + limit);
        }
    }

    /// Every key that begins with `prefix`, page by page.
    public static ListQuery flat(String prefix) {
        return new ListQuery(prefix, false, MAX_LIMIT, null);
    }

    /// The keys directly under `prefix`, and the directories beside them.
    public static ListQuery directory(String prefix) {
        return new ListQuery(prefix, true, MAX_LIMIT, null);
    }

    /// The same query with another size of the page.
    ///
    /// @param entries 1 to [#MAX_LIMIT]
    public ListQuery withLimit(int entries) {
        return new ListQuery(prefix, byDirectory, entries, after);
    }

    /// The same query for other keys.
    ListQuery withPrefix(String other) {
        return new ListQuery(other, byDirectory, limit, after);
    }

    /// The same query for the page that follows.
    ///
    /// @param token the [Page#next()] of the page before, or null for the first page
    public ListQuery after(@Nullable String token) {
        return new ListQuery(prefix, byDirectory, limit, token);
    }
}
