package dev.aloft.server.operations;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aloft.server.BoundedExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A message of Amazon SNS to an HTTP endpoint, whose signature is verified before anything in it is believed. The
/// certificate comes from a host of SNS, and a subscription is confirmed at one; a message that names another host is
/// refused.
///
/// @param json its members
record SnsMessage(JsonTree json) {

    /// With the name of a region, such as `us-gov-west-1`: `sns.s3-us-west-2.amazonaws.com` is a bucket.
    private static final Pattern HOST =
            Pattern.compile("sns\\.[a-z]{2}(-[a-z]{2,20}){1,2}-[0-9]{1,2}\\.amazonaws\\.com(\\.cn)?");

    private static final List<String> OF_NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> OF_SUBSCRIPTION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    /// Reads what a host of SNS has at a URL.
    @FunctionalInterface
    interface Web {
        byte[] get(URI url) throws IOException;
    }

    /// True for a message with a signature of SNS.
    boolean isSigned() {
        return !text("Signature").isEmpty() && !text("SigningCertURL").isEmpty();
    }

    /// Verifies it, and confirms the subscription that it asks for.
    ///
    /// @return the notification; empty for other messages
    /// @throws IOException if the certificate cannot be read, or the subscription not be confirmed
    /// @throws GeneralSecurityException for a wrong signature, or another host
    Optional<byte[]> open(Certificates certificates) throws IOException, GeneralSecurityException {
        boolean isNotification = text("Type").equals("Notification");
        String algorithm = switch (text("SignatureVersion")) {
            case "1" -> "SHA1withRSA";
            case "2" -> "SHA256withRSA";
            default -> throw new GeneralSecurityException("an unknown version of signatures");
        };
        Signature signature = Signature.getInstance(algorithm);
        URI certificate = ofSns(text("SigningCertURL"));
        if (!certificate.getPath().endsWith(".pem")) {
            throw new GeneralSecurityException("not the URL of a certificate of Amazon SNS");
        }
        signature.initVerify(certificates.get(certificate));
        signature.update(signed(isNotification ? OF_NOTIFICATION : OF_SUBSCRIPTION));
        byte[] given;
        try {
            given = Base64.getDecoder().decode(text("Signature"));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the signature is not Base64", e);
        }
        if (!signature.verify(given)) {
            throw new GeneralSecurityException("the signature is wrong");
        }
        if (text("Type").equals("SubscriptionConfirmation")) {
            certificates.web.get(ofSns(text("SubscribeURL")));
        }
        return isNotification ? Optional.of(text("Message").getBytes(StandardCharsets.UTF_8)) : Optional.empty();
    }

    private byte[] signed(List<String> names) {
        StringBuilder signed = new StringBuilder();
        for (String name : names) {
            json.get(name)
                    .text()
                    .ifPresent(value ->
                            signed.append(name).append('\n').append(value).append('\n'));
        }
        return signed.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static URI ofSns(String url) throws GeneralSecurityException {
        try {
            URI uri = URI.create(url);
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && HOST.matcher(uri.getHost()).matches()
                    && uri.getUserInfo() == null
                    && uri.getPort() == -1) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // falls through: no URL at all
        }
        throw new GeneralSecurityException("not a URL of Amazon SNS");
    }

    private String text(String name) {
        return json.get(name).text().orElse("");
    }

    /// The certificates of SNS, each read once. Safe for many threads.
    static final class Certificates {

        private static final int MAX_CERTIFICATES = 16;
        private static final Duration LIMIT = Duration.ofSeconds(10);

        private final Cache<URI, X509Certificate> known =
                Caffeine.newBuilder().maximumSize(MAX_CERTIFICATES).build();
        private final Web web;

        Certificates(Web web) {
            this.web = web;
        }

        /// Read from the web.
        static Certificates ofWeb() {
            HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
            return new Certificates(url -> get(client, url));
        }

        private static byte[] get(HttpClient client, URI url) throws IOException {
            try {
                HttpRequest request = HttpRequest.newBuilder(url).build();
                HttpResponse<byte[]> answer = BoundedExchange.send(client, request, LIMIT, Function.identity());
                if (answer.statusCode() != 200) {
                    throw new IOException(url.getHost() + " answers " + answer.statusCode());
                }
                return answer.body();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        private X509Certificate get(URI url) throws IOException, GeneralSecurityException {
            X509Certificate certificate = known.getIfPresent(url);
            if (certificate == null) {
                certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(web.get(url)));
                known.put(url, certificate);
            }
            certificate.checkValidity();
            return certificate;
        }
    }
}
