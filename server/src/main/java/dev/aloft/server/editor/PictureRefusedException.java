package dev.aloft.server.editor;

import dev.aloft.image.PictureException;
import java.io.IOException;

/// No picture is made of an original. The message is safe for clients.
public final class PictureRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean passing;

    PictureRefusedException(PictureException reason) {
        super(reason.getMessage(), reason);
        this.passing = switch (reason.kind()) {
            case BUSY, UNAVAILABLE, CUT_OFF -> true;
            case UNSUPPORTED, BROKEN, TOO_LARGE, ANSWER_TOO_LARGE, TOO_SLOW -> false;
        };
    }

    /// True if a later attempt may succeed: the original and the request are not the reason.
    public boolean isPassing() {
        return passing;
    }
}
