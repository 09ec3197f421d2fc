package dev.aloft.server.tachyon;

import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import java.util.List;

/// The settings of one site's pictures.
///
/// @param negotiated formats for clients whose `Accept` names them, best first; empty in strict mode
/// @param keeps true to store renditions in S3
/// @param admission limits on the pictures that are made
/// @param fallsBack true to send the original if no rendition can be made and browsers display the original
public record PictureSettings(
        Compatibility compatibility, List<Format> negotiated, boolean keeps, Admission admission, boolean fallsBack) {

    /// AVIF, then WebP, for clients that accept them; no renditions stored in S3; no limit on pictures; originals as
    /// fallback.
    public static final PictureSettings DEFAULT =
            new PictureSettings(Compatibility.STANDARD, List.of(Format.AVIF, Format.WEBP), false, Admission.OPEN, true);

    /// @throws IllegalArgumentException for a negotiated format other than AVIF and WebP
    public PictureSettings {
        negotiated = List.copyOf(negotiated);
        for (Format format : negotiated) {
            if (format != Format.AVIF && format != Format.WEBP) {
                throw new IllegalArgumentException(format + " cannot be negotiated: only AVIF and WebP can");
            }
        }
    }

    /// The same settings with another admission; the default is [Admission#OPEN].
    public PictureSettings withAdmission(Admission other) {
        return new PictureSettings(compatibility, negotiated, keeps, other, fallsBack);
    }

    PictureSettings keeping() {
        return new PictureSettings(compatibility, negotiated, true, admission, fallsBack);
    }
}
