package dev.aloft.server;

import dev.aloft.files.FilePath;

/// The key that signs one site's URLs: the site's secret, and the location of its files. The location is part of every
/// signed text, so a signature is invalid for any other site, even one with the same secret.
///
/// @param site the bucket and the prefix that hold the site's `uploads/`: `media/sites/one`, or `media/` without a
///     prefix
public record UrlKey(UrlSecret secret, String site) {

    /// The key of the site whose files lie in this bucket.
    ///
    /// @param top the prefix that holds the site's `uploads/`; the root for a whole bucket
    public static UrlKey of(UrlSecret secret, String bucket, FilePath top) {
        return new UrlKey(secret, bucket + "/" + top.value());
    }

    /// The signature of a text of one purpose.
    ///
    /// @param purpose what the signature permits, and the version of its text
    /// @param asked what is permitted, in one line
    /// @param path below the site's uploads, decoded; last, because it may have any character
    String sign(String purpose, String asked, String path) {
        return UrlSignature.of(secret, text(purpose, asked, path));
    }

    /// Takes as long for a wrong signature as for a right one.
    boolean isSigned(String purpose, String asked, String path, String signature) {
        return UrlSignature.isOf(secret, text(purpose, asked, path), signature);
    }

    private String text(String purpose, String asked, String path) {
        return String.join("\n", purpose, site, asked, path);
    }
}
