package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.aloft.cli.CommandRun;
import dev.aloft.cli.console.Failure;
import dev.aloft.cli.doctor.DoctorFinding.Grade;
import dev.aloft.files.FilePath;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.Bucket;
import dev.aloft.store.BucketRules.LifecycleRule;
import dev.aloft.store.ListQuery;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

    /// As Cloudflare does with a Browser Cache TTL, and a bot protection with its cookies.
    @Test
    void aCdnThatReplacesHeadersIsFound() throws Exception {
        for (String header : List.of("Cache-Control", "Set-Cookie")) {
            Findings found = publicFindings(exchange -> {
                exchange.getResponseHeaders().add("Cache-Control", "public, max-age=86397");
                exchange.getResponseHeaders().set(header, "max-age=14400");
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            assertFinding(
                    found,
                    "public caching",
                    Grade.WARNING,
                    header.equals("Set-Cookie") ? "cookie" : "Browser Cache TTL");
        }
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

    @Test
    void onlyARefusalShowsThatPrivateUploadsAndProgramsAreRefused() throws Exception {
        for (int status : List.of(200, 302, 500, 502)) {
            Findings found = findingsOfStatus(status);
            assertFinding(found, "public private", Grade.WARNING, "run aloft doctor again");
            assertFinding(found, "public code", Grade.WARNING, "run aloft doctor again");
        }
        for (int status : List.of(401, 403, 404, 410)) {
            Findings found = findingsOfStatus(status);
            assertFinding(found, "public private", Grade.OK, "");
            assertFinding(found, "public code", Grade.OK, "");
        }
    }

    private Findings findingsOfStatus(int status) throws Exception {
        return publicFindings(exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @Test
    void aBodyThatStallsIsNoAnswer() throws Exception {
        CountDownLatch isOver = new CountDownLatch(1);
        HttpServer server = server(exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().flush();
            try {
                isOver.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        try (PublicChecks checks = new PublicChecks(bucket, FilePath.ROOT, url(server), Duration.ofMillis(300))) {
            DoctorFinding found = checks.checks().getFirst().run();
            assertThat(found.grade()).isEqualTo(Grade.FAILED);
            assertThat(found.found()).contains("no complete response");
        } finally {
            isOver.countDown();
            server.stop(0);
        }
    }

    @Test
    void aTrialThatEndsEarlyLeavesNoFile() throws Exception {
        URI nowhere = URI.create("http://127.0.0.1:1/uploads");
        try (PublicChecks checks = new PublicChecks(bucket, FilePath.ROOT, nowhere, PublicChecks.ANSWER_LIMIT)) {
            assertThat(checks.checks().getFirst().run().grade()).isEqualTo(Grade.FAILED);
            assertThat(bucket.list(ListQuery.flat("uploads/")).objects()).hasSize(1);
        }
        assertThat(bucket.list(ListQuery.flat("uploads/")).objects()).isEmpty();
    }

    @Test
    void aUrlWithoutSchemeOrHostIsRefusedBeforeAnythingIsWritten() {
        for (String url : List.of("example.org/uploads/", "ftp://example.org/uploads/", "https:/uploads/")) {
            CommandRun run = CommandRun.of("doctor", "--url", url);
            assertThat(run.code()).as(url).isEqualTo(Failure.Code.USAGE.number());
            assertThat(run.err()).contains("--url " + url, "https://example.org/wp-content/uploads/");
            assertThat(run.out()).isEmpty();
        }
    }

    private static HttpServer server(HttpHandler front) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", front);
        server.start();
        return server;
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/uploads");
    }

    private Findings publicFindings(HttpHandler front) throws Exception {
        HttpServer server = server(front);
        try (PublicChecks checks = new PublicChecks(bucket, FilePath.ROOT, url(server), PublicChecks.ANSWER_LIMIT)) {
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
