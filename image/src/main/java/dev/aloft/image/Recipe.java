package dev.aloft.image;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is asked of an original: pure data, read from a URL's query as Tachyon v3 reads it.
///
/// A value that cannot be read is as if it were not there; reading never fails. Two queries that ask the same give
/// equal
/// recipes, and [#toString] tells different ones apart.
///
/// @param cut the part of the original that is used, or nothing for all
/// @param withoutBars whether [Bars] are no part of the original
/// @param wanted the format to answer in, where the original's is not wanted
/// @param offered formats that the client takes, best first; one of them is used where nothing is wanted
/// @param quality from 1 to 100, where the query says so
/// @param zoom how much finer than CSS pixels; finer pictures are compressed more
/// @param progressive whether a JPEG shows itself whole before it is sharp
/// @param filters what is done to its look, in order
/// @param metadata what of the original's the answer tells beside its pixels
/// @param compatibility how the rest of the pipeline is to behave
public record Recipe(
        Optional<CropRegion> cut,
        boolean withoutBars,
        Sizing sizing,
        Optional<Format> wanted,
        List<Format> offered,
        OptionalInt quality,
        double zoom,
        boolean progressive,
        List<Filter> filters,
        Metadata metadata,
        Compatibility compatibility) {

    public Recipe {
        offered = List.copyOf(offered);
        filters = List.copyOf(filters);
    }

    /// @param offered what the client's headers say it takes, best first
    public static Recipe parse(Parameters query, List<Format> offered, Compatibility compatibility) {
        return new RecipeParser(query, compatibility).recipe(offered);
    }

    /// The format of an answer of this size: of those that are offered, one that can have it.
    public Format output(Format original, Size answer) {
        return output(
                original,
                offered.stream().filter(format -> format.canHave(answer)).toList());
    }

    private Format output(Format original, List<Format> offered) {
        if (wanted.isPresent()) {
            return wanted.get();
        }
        if (original.animates()) { // which AVIF does not, here
            return offered.contains(Format.WEBP) ? Format.WEBP : original;
        }
        if (!offered.isEmpty()) {
            return offered.getFirst();
        }
        return switch (original) {
            case SVG -> Format.PNG;
            case HEIC -> Format.JPEG;
            case JPEG, PNG, WEBP, GIF, AVIF, TIFF -> original;
        };
    }
}
