package dev.aloft.image;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Parsed request: pure data, from a URL's query in Tachyon v3's grammar.
///
/// Invalid values are ignored; parsing never fails. Equivalent queries give equal recipes, and [#toString]
/// distinguishes different ones.
///
/// @param cut region of the original to use; empty for all
/// @param withoutBars removes bars at the edges of the original
/// @param wanted requested format; empty for negotiation
/// @param offered formats accepted by the client, best first; used if none is requested
/// @param quality from 1 to 100, if requested
/// @param zoom device pixels per CSS pixel; a higher zoom lowers the quality
/// @param progressive requests a progressive JPEG
/// @param filters applied in order
/// @param metadata kept in the rendition
/// @param compatibility mode of the remaining pipeline
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

    /// @param offered formats accepted by the client, best first
    public static Recipe parse(Parameters query, List<Format> offered, Compatibility compatibility) {
        return new RecipeParser(query, compatibility).recipe(offered);
    }

    /// Output format for a rendition of this size: the first offered one that supports the size.
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
