package dev.aloft.image.worker;

/// Error of libvips, with its message.
final class VipsFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    VipsFailure(String message) {
        super(message);
    }

    VipsFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
