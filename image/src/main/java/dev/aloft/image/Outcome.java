package dev.aloft.image;

/// Result of one request.
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
