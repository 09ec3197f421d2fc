package dev.aloft.server.edge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The edge's certificate with its chain, and its key, as PEM files.
///
/// @param certificate as `fullchain.pem` of certbot
/// @param key without a passphrase, in PKCS#8 (`BEGIN PRIVATE KEY`)
public record Tls(Path certificate, Path key) {

    private static final String[] ALGORITHMS = {"EC", "RSA", "Ed25519"};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /// The last modification of either file.
    FileTime written() throws IOException {
        FileTime first = Files.getLastModifiedTime(certificate);
        FileTime second = Files.getLastModifiedTime(key);
        return first.compareTo(second) > 0 ? first : second;
    }

    /// Reads both files, and checks that they belong together.
    KeyStore read() throws IOException {
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificate)))
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException("there is no certificate in " + certificate);
            }
            PrivateKey secret = readKey();
            if (!chain[0].getPublicKey()
                    .getAlgorithm()
                    .startsWith(secret.getAlgorithm().substring(0, 2))) {
                throw new IOException("the key in " + key + " is not the one of the certificate in " + certificate);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("edge", secret, new char[0], chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the certificate in " + certificate + ": " + e.getMessage(), e);
        }
    }

    private PrivateKey readKey() throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException("there is no key in PKCS#8 in " + key
                    + "; openssl pkcs8 -topk8 -nodes -in OLD -out NEW makes one of an older form");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException another) {
                // The algorithm is named only inside the encoded key.
            }
        }
        throw new IOException("the key in " + key + " is none of " + String.join(", ", ALGORITHMS));
    }
}
