package dev.aloft.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The secret with which a site's private URLs are signed. It shows itself in no message.
public final class UrlSecret {

    /// The least length of a secret.
    public static final int MIN_BYTES = 32;

    private final byte[] bytes;

    private UrlSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @param text at least [#MIN_BYTES] bytes of UTF-8, best made at random
    public static UrlSecret of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a secret for URLs has at least " + MIN_BYTES + " bytes, not " + bytes.length);
        }
        return new UrlSecret(bytes);
    }

    /// A copy.
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UrlSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "a secret";
    }
}
