package dev.aloft.migrate;

/// Something that an operator should know about one file.
///
/// @param file its name below the folder
/// @param reason the end of a sentence that begins with the name: `cat.jpg: is a symbolic link`
public record Finding(Kind kind, String file, String reason) {

    /// Consequence of the finding.
    public enum Kind {
        /// The file was not copied, or not verified.
        FAILED,
        /// The file is copied, and the edge does not serve it.
        NOT_SERVED
    }
}
