package dev.aloft.image;

import java.util.List;

/// What a client asks of an original, before it is read: what determines an answer, and nothing else.
///
/// @param query as it stands in the URL
/// @param offered the formats that the client's headers say it takes, best first
public record RenderRequest(String query, List<Format> offered, Compatibility compatibility) {

    /// The longest query, in its one form ([Parameters#canonical]), which has up to nine times the bytes of the URL's.
    public static final int MAX_QUERY_CHARS = 16 << 10;

    public RenderRequest {
        offered = List.copyOf(offered);
        if (query.length() > MAX_QUERY_CHARS) {
            throw new IllegalArgumentException("a query has more than " + MAX_QUERY_CHARS + " characters");
        }
    }

    public Recipe recipe() {
        return Recipe.parse(Parameters.of(query), offered, compatibility);
    }

    /// See [Sizing#pixels].
    long pixels() {
        return recipe().sizing().pixels();
    }
}
