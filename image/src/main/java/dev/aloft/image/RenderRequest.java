package dev.aloft.image;

import java.util.List;

/// Request for a rendition: everything that determines the answer, and nothing else.
///
/// @param query as in the URL
/// @param offered formats accepted by the client's headers, best first
public record RenderRequest(String query, List<Format> offered, Compatibility compatibility) {

    /// Limit of the canonical query ([Parameters#canonical]), which is up to nine times as long as in the URL.
    public static final int MAX_QUERY_CHARS = 16 << 10;

    /// @throws IllegalArgumentException for a query longer than [#MAX_QUERY_CHARS]
    public RenderRequest {
        offered = List.copyOf(offered);
        if (query.length() > MAX_QUERY_CHARS) {
            throw new IllegalArgumentException("a query has more than " + MAX_QUERY_CHARS + " characters");
        }
    }

    /// Parses the query; never fails, see [Recipe].
    public Recipe recipe() {
        return Recipe.parse(Parameters.of(query), offered, compatibility);
    }

    /// See [Sizing#pixels].
    long pixels() {
        return recipe().sizing().pixels();
    }

    /// Result of a request.
    public sealed interface Outcome {

        record Made(Rendition rendition) implements Outcome {}

        record Refused(PictureException reason) implements Outcome {}

        /// Returns the rendition, or throws the refusal.
        default Rendition orThrow() throws PictureException {
            return switch (this) {
                case Made(Rendition rendition) -> rendition;
                case Refused(PictureException reason) ->
                    throw new PictureException(reason.kind(), String.valueOf(reason.getMessage()), reason);
            };
        }
    }
}
