package dev.aloft.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA-256 of descriptions, with a key that only the operator has. Without a key nothing is signed and every
/// signature is accepted. Safe for many threads.
final class DescriptionSignature {

    /// No key.
    static final DescriptionSignature NONE = new DescriptionSignature(Optional.empty());

    private static final String ALGORITHM = "HmacSHA256";

    private final Optional<SecretKeySpec> key;

    private DescriptionSignature(Optional<SecretKeySpec> key) {
        this.key = key;
    }

    /// Signatures with this key.
    ///
    /// @param key at least one byte
    static DescriptionSignature with(byte[] key) {
        return new DescriptionSignature(Optional.of(new SecretKeySpec(key, ALGORITHM)));
    }

    /// The signature of a text in hexadecimal digits; empty without a key.
    String of(String text) {
        if (key.isEmpty()) {
            return "";
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key.get());
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    boolean accepts(String text, String signature) {
        return key.isEmpty() || MessageDigest.isEqual(of(text).getBytes(UTF_8), signature.getBytes(UTF_8));
    }
}
