package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.files.FilePath;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.LifecycleRule;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.Store;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The checks by a public URL, with a server there that is no edge; and those of a bucket's rules.
@Timeout(180)
final class PublicChecksTest {

    @TempDir
    private Path folder;

    private EmbeddedS3 s3;
    private Store store;
    private Bucket bucket;

    @BeforeEach
    void start() throws IOException {
        S3Credentials keys = S3Credentials.random();
        s3 = EmbeddedS3.start(folder, keys);
        s3.createBucket("media");
        System.setProperty("aws.accessKeyId", keys.accessKey());
        System.setProperty("aws.secretAccessKey", keys.secretKey());
        store = Store.open(StoreSettings.at(Provider.EMBEDDED, s3.endpoint()));
        bucket = store.bucket("media");
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        s3.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    /// A bucket that is public, behind a cache that keeps errors and takes the headers away.
    @Test
    void aPublicBucketAndACacheOfErrorsAreFound() throws Exception {
        Findings found = publicFindings(exchange -> {
            ObjectKey key = ObjectKey.of(exchange.getRequestURI().getPath().substring(1));
            exchange.getResponseHeaders().add("Age", "7");
            try (ObjectContent object =
                            bucket.get(key, null, ReadCondition.any()).orElseThrow();
                    OutputStream body = exchange.getResponseBody()) {
                exchange.sendResponseHeaders(200, 0);
                object.body().transferTo(body);
            } catch (StoreException missing) {
                exchange.sendResponseHeaders(404, -1);
                exchange.close();
            }
        });

        assertFinding(found, "public upload", Grade.WARNING, "pass it on");
        assertFinding(found, "public range", Grade.WARNING, "pass Range on");
        assertFinding(found, "public missing", Grade.WARNING, "do not cache errors");
        assertFinding(found, "public private", Grade.FAILED, "instead of the bucket");
        assertFinding(found, "public code", Grade.FAILED, "instead of the bucket");
        assertThat(found.get("public clean").grade()).isEqualTo(Grade.OK);
    }

    @Test
    void aWebServerThatDoesNotAskTheEdgeIsFound() throws Exception {
        Findings found = publicFindings(exchange -> {
            byte[] text = "executed by PHP".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });

        assertFinding(found, "public upload", Grade.FAILED, "send the path to the edge");
        assertFinding(found, "public missing", Grade.FAILED, "send the path to the edge");
        assertFinding(found, "public code", Grade.FAILED, "before any rule for PHP");
    }

    private Findings publicFindings(HttpHandler front) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", front);
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/uploads");
        try (PublicChecks checks = new PublicChecks(bucket, FilePath.ROOT, url)) {
            return Findings.of(checks.checks());
        } finally {
            server.stop(0);
        }
    }

    private static void assertFinding(Findings found, String check, Grade grade, String remedy) {
        assertThat(found.get(check).grade()).as(check).isEqualTo(grade);
        assertThat(found.get(check).remedy()).as(check).contains(remedy);
    }

    @Test
    void aLifecycleThatTakesUploadsAwayIsFound() {
        LifecycleRule deletes = new LifecycleRule("old", "", true, false, false);
        LifecycleRule archives = new LifecycleRule("cold", "uploads/2020/", false, true, false);
        LifecycleRule elsewhere = new LifecycleRule("logs", "logs/", true, true, true);

        for (LifecycleRule rule : List.of(deletes, archives)) {
            DoctorFinding found = BucketChecks.lifecycle(List.of(elsewhere, rule), "uploads/");
            assertThat(found.grade()).isEqualTo(Grade.FAILED);
            assertThat(found.found()).contains(rule.id());
            assertThat(found.remedy()).contains("outside of uploads/");
        }
        assertThat(BucketChecks.lifecycle(List.of(elsewhere), "uploads/").grade())
                .isEqualTo(Grade.OK);
    }
}
