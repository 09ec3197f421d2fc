package dev.aloft.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.server.edge.TestCertificate;
import dev.aloft.server.edge.Tls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages as docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html describes them.
final class SnsMessageTest {

    private static final String CERTIFICATE =
            "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123.pem";

    private static byte[] certificate;
    private static PrivateKey key;

    private final List<URI> read = new ArrayList<>();
    private final SnsMessage.Certificates certificates = new SnsMessage.Certificates(url -> {
        read.add(url);
        return certificate;
    });

    @BeforeAll
    static void create(@TempDir Path folder) throws Exception {
        Tls files = TestCertificate.create(folder, "sns.amazonaws.com", "rsa:2048");
        certificate = Files.readAllBytes(files.certificate());
        String pem = Files.readString(files.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
        key = KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aSignedNotificationIsOpened(String version) throws Exception {
        Map<String, String> message = notification();
        sign(message, version);

        for (int i = 0; i < 2; i++) {
            assertThat(sns(message).open(certificates).map(body -> new String(body, StandardCharsets.UTF_8)))
                    .contains("{\"Records\":[]}");
        }
        assertThat(read).as("once").containsExactly(URI.create(CERTIFICATE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"us-gov-west-1.amazonaws.com", "ap-southeast-3.amazonaws.com", "cn-north-1.amazonaws.com.cn"})
    void aCertificateComesFromAnyRegion(String region) throws Exception {
        Map<String, String> message = notification();
        message.put("SigningCertURL", "https://sns." + region + "/x.pem");
        sign(message, "2");

        assertThat(sns(message).open(certificates)).isPresent();
    }

    @Test
    void aChangedMessageIsRefused() throws Exception {
        for (String name : List.of("Message", "TopicArn", "Timestamp", "Signature", "SignatureVersion", "Type")) {
            Map<String, String> message = notification();
            sign(message, "2");
            message.put(name, name.equals("Type") ? "SubscriptionConfirmation" : "AAAA");

            assertThatThrownBy(() -> sns(message).open(certificates))
                    .as(name)
                    .isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void aSubscriptionIsConfirmedAtSnsOnly() throws Exception {
        String confirm = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=1";
        Map<String, String> message = subscription(confirm);
        assertThat(sns(message).open(certificates)).isEmpty();
        assertThat(read).containsExactly(URI.create(CERTIFICATE), URI.create(confirm));

        Map<String, String> elsewhere = subscription("https://sns.eu-central-1.amazonaws.com.example.org/");
        assertThatThrownBy(() -> sns(elsewhere).open(certificates)).isInstanceOf(GeneralSecurityException.class);
        assertThat(read).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sns.eu-central-1.amazonaws.com/x.pem",
                "https://sns.eu-central-1.amazonaws.com.example.org/x.pem",
                "https://example.org/sns.eu-central-1.amazonaws.com",
                "https://media.s3.amazonaws.com/x.pem",
                "https://sns.s3-us-west-2.amazonaws.com/x.pem",
                "https://sns.s3.amazonaws.com/x.pem",
                "https://sns.amazonaws.com/x.pem",
                "https://sns.eu-central-1.amazonaws.com/x",
                "https://sns.eu-central-1.amazonaws.com/?x.pem",
                "https://sns.eu-central-1.amazonaws.com",
                "https://sns.eu-central-1.amazonaws.com@example.org/x.pem",
                "https://sns.eu-central-1.amazonaws.com:8443/x.pem",
                "file:///etc/passwd",
                "not a URL"
            })
    void aCertificateComesFromSnsOnly(String url) throws Exception {
        Map<String, String> message = notification();
        message.put("SigningCertURL", url);
        sign(message, "2");

        assertThatThrownBy(() -> sns(message).open(certificates)).isInstanceOf(GeneralSecurityException.class);
        assertThat(read).isEmpty();
    }

    private static Map<String, String> notification() {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("Type", "Notification");
        message.put("MessageId", "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324");
        message.put("TopicArn", "arn:aws:sns:eu-central-1:123456789012:media");
        message.put("Subject", "Amazon S3 Notification");
        message.put("Message", "{\"Records\":[]}");
        message.put("Timestamp", "2026-11-29T21:00:00.000Z");
        message.put("SigningCertURL", CERTIFICATE);
        return message;
    }

    private static Map<String, String> subscription(String url) throws Exception {
        Map<String, String> message = notification();
        message.remove("Subject");
        message.put("Type", "SubscriptionConfirmation");
        message.put("Token", "2336412f37");
        message.put("SubscribeURL", url);
        sign(message, "2");
        return message;
    }

    private static void sign(Map<String, String> message, String version) throws Exception {
        List<String> names = message.containsKey("Token")
                ? List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
                : List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
        String text = names.stream()
                .map(name -> name + "\n" + message.get(name) + "\n")
                .collect(Collectors.joining());
        Signature signature = Signature.getInstance(version.equals("1") ? "SHA1withRSA" : "SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        message.put("SignatureVersion", version);
        message.put("Signature", Base64.getEncoder().encodeToString(signature.sign()));
    }

    private static SnsMessage sns(Map<String, String> message) {
        return new SnsMessage(new JsonTree(message));
    }
}
