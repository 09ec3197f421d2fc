package dev.aloft.server.tachyon;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import java.util.List;

/// How a site's pictures are answered.
///
/// @param negotiated the formats that a client gets when its `Accept` names them, best first; strictly, none
/// @param keeps whether renditions are kept in S3
/// @param admission which pictures are made at all
/// @param fallsBack whether an original that gives no rendition is sent itself, where browsers show it
public record PictureSettings(
        Compatibility compatibility, List<Format> negotiated, boolean keeps, Admission admission, boolean fallsBack) {

    /// AVIF, then WebP, for clients that accept them; nothing kept in S3; every picture made for anyone; originals as
    /// fallback.
    public static final PictureSettings DEFAULT =
            new PictureSettings(Compatibility.STANDARD, List.of(Format.AVIF, Format.WEBP), false, Admission.OPEN, true);

    /// @throws IllegalArgumentException for a negotiated format other than AVIF and WebP
    public PictureSettings {
        negotiated = List.copyOf(negotiated);
        for (Format format : negotiated) {
            if (format != Format.AVIF && format != Format.WEBP) {
                throw new IllegalArgumentException(format + " is nothing that a client would ask for");
            }
        }
    }

    /// The same with other rules for which pictures are made; the default is [Admission#OPEN].
    public PictureSettings withAdmission(Admission other) {
        return new PictureSettings(compatibility, negotiated, keeps, other, fallsBack);
    }

    PictureSettings keeping() {
        return new PictureSettings(compatibility, negotiated, true, admission, fallsBack);
    }
}
