package dev.aloft.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signature of Aloft's URLs: HMAC-SHA256 of a text, in base64url without padding.
final class UrlSignature {

    private static final String ALGORITHM = "HmacSHA256";

    private UrlSignature() {}

    static String of(UrlSecret secret, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.bytes(), ALGORITHM));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    /// Takes as long for a wrong signature as for a right one.
    static boolean isOf(UrlSecret secret, String text, String signature) {
        return MessageDigest.isEqual(
                of(secret, text).getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.UTF_8));
    }
}
