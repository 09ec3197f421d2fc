package dev.aloft.testkit;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The embedded S3, a front before it, and a client that does not retry.
abstract class S3FrontFixture {

    static final S3Credentials CREDENTIALS = new S3Credentials("front-test", "front-test-secret");
    static final String BUCKET = "media";
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    @TempDir
    static Path data;

    static EmbeddedS3 store;
    S3Front front;
    S3Client once;

    @BeforeAll
    static void startStore() throws IOException {
        store = EmbeddedS3.start(data, CREDENTIALS);
        store.createBucket(BUCKET);
    }

    @AfterAll
    static void stopStore() throws IOException {
        store.close();
    }

    @BeforeEach
    void startFront() throws IOException {
        front = S3Front.before(store.endpoint());
        once = client(front.endpoint(), 1, ANSWER_LIMIT, true);
    }

    @AfterEach
    void stopFront() {
        once.close();
        front.close();
    }

    boolean refusesConnections() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), front.endpoint().getPort())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    void put(String key, String text) {
        once.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    String read(String key) {
        return once.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asString(StandardCharsets.ISO_8859_1);
    }

    static String refused(Runnable call) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, call::run);
        return refusal.statusCode() + " " + refusal.awsErrorDetails().errorCode();
    }

    /// The same bytes for the same size.
    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static S3Client client(URI endpoint, int attempts, Duration patience, boolean plainBodies) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(CREDENTIALS.accessKey(), CREDENTIALS.secretKey())))
                .forcePathStyle(true)
                .requestChecksumCalculation(
                        plainBodies
                                ? RequestChecksumCalculation.WHEN_REQUIRED
                                : RequestChecksumCalculation.WHEN_SUPPORTED)
                .responseChecksumValidation(
                        plainBodies
                                ? ResponseChecksumValidation.WHEN_REQUIRED
                                : ResponseChecksumValidation.WHEN_SUPPORTED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
                        .build()))
                .httpClientBuilder(Apache5HttpClient.builder().socketTimeout(patience))
                .build();
    }
}
