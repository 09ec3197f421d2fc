package dev.aloft.image;

/// Refusal of a rendition. The message is safe for clients; [#detail] is for logs.
public final class PictureException extends Exception {

    private static final long serialVersionUID = 1;

    /// Classification for callers.
    public enum Kind {
        /// Not a supported picture.
        UNSUPPORTED,
        /// Corrupt or truncated original.
        BROKEN,
        /// Original exceeds a limit.
        TOO_LARGE,
        /// Rendition would exceed a limit.
        ANSWER_TOO_LARGE,
        /// Time limit exceeded.
        TOO_SLOW,
        /// Reading the original failed; the original is not to blame.
        CUT_OFF,
        /// Queue full; retry later.
        BUSY,
        /// No worker is available.
        UNAVAILABLE;

        /// True if every request for this original fails alike.
        public boolean isOriginals() {
            return switch (this) {
                case UNSUPPORTED, BROKEN, TOO_LARGE, TOO_SLOW -> true;
                case ANSWER_TOO_LARGE, CUT_OFF, BUSY, UNAVAILABLE -> false;
            };
        }
    }

    private final Kind kind;
    private final String detail;

    /// Refusal without a detail.
    ///
    /// @param message safe for clients
    public PictureException(Kind kind, String message) {
        this(kind, message, "");
    }

    /// @param detail message of the decoder; may mention other pictures
    public PictureException(Kind kind, String message, String detail) {
        super(message);
        this.kind = kind;
        this.detail = detail;
    }

    /// Refusal with the detail of a cause that is a refusal itself; of any other cause, only the trace is kept.
    ///
    /// @param message safe for clients
    public PictureException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.detail = cause instanceof PictureException behind ? behind.detail() : "";
    }

    /// Message of the decoder, for logs only; empty without one.
    public String detail() {
        return detail;
    }

    /// Classification that decides the HTTP status, and whether the refusal is remembered.
    public Kind kind() {
        return kind;
    }
}
