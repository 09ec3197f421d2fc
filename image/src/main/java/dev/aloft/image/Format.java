package dev.aloft.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Picture format, detected from the first bytes and never from a name.
public enum Format {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp"),
    GIF("image/gif"),
    AVIF("image/avif"),
    HEIC("image/heic"),
    TIFF("image/tiff"),
    SVG("image/svg+xml");

    /// Number of bytes that [#sniff] needs.
    public static final int SNIFFED_BYTES = 1024;

    private static final int MAX_WEBP_SIDE = 16_383;

    /// Limit of libheif with aom.
    private static final int MAX_AVIF_SIDE = 8_704;

    /// Limit for AVIF, whose encoding takes twenty times as long as JPEG: one to two seconds.
    private static final int MAX_AVIF_PIXELS = 4_000_000;

    private static final Set<String> HEIC_BRANDS = Set.of("heic", "heix", "heim", "heis", "mif1");
    /// Start of an SVG; a comment or the names of a DTD may be long.
    private static final Pattern SVG_START =
            Pattern.compile("(?s)\\A\\x{FEFF}?\\s*(<\\?xml\\s|<!--|<!DOCTYPE\\s+svg[\\s>\\[]|<svg[\\s>]).*");

    private final String mediaType;

    Format(String mediaType) {
        this.mediaType = mediaType;
    }

    /// Value of `Content-Type`: `image/jpeg`.
    public String mediaType() {
        return mediaType;
    }

    /// True if files hold films and all frames are kept.
    public boolean animates() {
        return this == GIF || this == WEBP;
    }

    /// True if libvips decodes it as a whole before the first pixel.
    public boolean isHeldWhole() {
        return this == WEBP || this == GIF || this == AVIF || this == HEIC;
    }

    /// True for formats of renditions.
    public boolean isWritten() {
        return this != HEIC && this != SVG;
    }

    /// True if this size can be encoded, soon enough, and decoded again.
    boolean canHave(Size size) {
        int side = Math.max(size.width(), size.height());
        return switch (this) {
            case WEBP -> side <= MAX_WEBP_SIDE;
            case AVIF -> side <= MAX_AVIF_SIDE && size.pixels() <= MAX_AVIF_PIXELS;
            case JPEG, PNG, GIF, HEIC, TIFF, SVG -> true;
        };
    }

    /// Parses a lower-case name, as in a configuration.
    public static Optional<Format> named(String name) {
        for (Format format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /// @param start first [#SNIFFED_BYTES] bytes, or fewer of a shorter file
    public static Optional<Format> sniff(byte[] start) {
        String latin = new String(start, StandardCharsets.ISO_8859_1);
        if (latin.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        }
        if (latin.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        }
        if (latin.startsWith("GIF87a") || latin.startsWith("GIF89a")) {
            return Optional.of(GIF);
        }
        if (latin.startsWith("RIFF") && latin.startsWith("WEBP", 8)) {
            return Optional.of(WEBP);
        }
        if (latin.startsWith("II*\0")
                || latin.startsWith("MM\0*")
                || latin.startsWith("II+\0") // BigTIFF
                || latin.startsWith("MM\0+")) {
            return Optional.of(TIFF);
        }
        if (latin.startsWith("ftyp", 4) && latin.length() >= 12) {
            return heif(latin);
        }
        String text = new String(start, StandardCharsets.UTF_8);
        return SVG_START.matcher(text).matches() ? Optional.of(SVG) : Optional.empty();
    }

    /// Reads the brands of the `ftyp` box (ISO/IEC 14496-12, 4.3).
    private static Optional<Format> heif(String latin) {
        int length = (latin.charAt(0) << 24) | (latin.charAt(1) << 16) | (latin.charAt(2) << 8) | latin.charAt(3);
        boolean heic = false;
        for (int at = 8; at + 4 <= Math.min(length, latin.length()); at += 4) {
            String brand = latin.substring(at, at + 4);
            if (brand.equals("avif") || brand.equals("avis")) {
                return Optional.of(AVIF);
            }
            heic |= at != 12 && HEIC_BRANDS.contains(brand);
        }
        return heic ? Optional.of(HEIC) : Optional.empty();
    }
}
