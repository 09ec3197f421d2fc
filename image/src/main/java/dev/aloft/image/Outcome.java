package dev.aloft.image;

/// What became of one recipe.
public sealed interface Outcome {

    record Made(Rendition rendition) implements Outcome {}

    record Refused(PictureException reason) implements Outcome {}

    /// The rendition, or the reason thrown.
    default Rendition orThrow() throws PictureException {
        return switch (this) {
            case Made(Rendition rendition) -> rendition;
            case Refused(PictureException reason) ->
                throw new PictureException(reason.kind(), String.valueOf(reason.getMessage()), reason);
        };
    }
}
