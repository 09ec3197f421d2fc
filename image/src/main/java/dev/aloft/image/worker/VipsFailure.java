package dev.aloft.image.worker;

/// libvips could not do something; the message is its own.
final class VipsFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    VipsFailure(String message) {
        super(message);
    }

    VipsFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
