package dev.aloft.image;

/// Why there is no rendition. The message names what was found, and is fit for the client; [#detail] is for a log.
public final class PictureException extends Exception {

    private static final long serialVersionUID = 1;

    /// What a caller can do about it.
    public enum Kind {
        /// The original is no picture that is understood here.
        UNSUPPORTED,
        /// The original is broken or ends early.
        BROKEN,
        /// The original exceeds a limit.
        TOO_LARGE,
        /// The answer would exceed a limit.
        ANSWER_TOO_LARGE,
        /// It takes too long.
        TOO_SLOW,
        /// The original's bytes stopped coming, through no fault of its own.
        CUT_OFF,
        /// More is asked than is worked on; later there may be room.
        BUSY,
        /// There is nobody who makes pictures.
        UNAVAILABLE;

        /// Whether it is about the original, whatever is asked of it.
        public boolean isOriginals() {
            return switch (this) {
                case UNSUPPORTED, BROKEN, TOO_LARGE, TOO_SLOW -> true;
                case ANSWER_TOO_LARGE, CUT_OFF, BUSY, UNAVAILABLE -> false;
            };
        }
    }

    private final Kind kind;
    private final String detail;

    public PictureException(Kind kind, String message) {
        this(kind, message, "");
    }

    /// @param detail a decoder's own words, which may be about other pictures, too
    public PictureException(Kind kind, String message, String detail) {
        super(message);
        this.kind = kind;
        this.detail = detail;
    }

    public PictureException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.detail = cause instanceof PictureException behind ? behind.detail() : "";
    }

    public String detail() {
        return detail;
    }

    public Kind kind() {
        return kind;
    }
}
