package dev.aloft.server;

import java.nio.charset.StandardCharsets;

/// The secret with which a site's private URLs are signed. It shows itself in no message.
public final class UrlSecret {

    private final byte[] bytes;

    private UrlSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @param text at least [SignedUrl#MIN_SECRET_BYTES] bytes of UTF-8, best made at random
    public static UrlSecret of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SignedUrl.MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a secret for URLs has at least " + SignedUrl.MIN_SECRET_BYTES + " bytes, not " + bytes.length);
        }
        return new UrlSecret(bytes);
    }

    /// For [SignedUrl].
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "a secret";
    }
}
