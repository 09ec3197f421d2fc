package dev.aloft.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.Main;
import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExplainCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                region = "eu-central-1"

                [[site]]
                name = "one"
                bucket = "media"
                prefix = "sites/one"
                socket = "/run/aloft/one.sock"
                local = ["uploads/cache", "uploads/**.log"]
                local_folder = "/var/lib/aloft/one"

                [[site]]
                name = "two"
                bucket = "media"
                prefix = "sites/two"
                socket = "/run/aloft/two.sock"
                """);
    }

    @Test
    void aRuleIsNamedWithThePlaceOnTheHost() {
        assertThat(explain("s3://media/sites/one/uploads/cache/a b.css")).isZero();
        assertThat(out.toString()).isEqualTo("""
                site one: s3://media/sites/one/uploads/cache/a b.css
                  on the host, by the rule "uploads/cache" of local, at file:///var/lib/aloft/one/uploads/cache/a%20b.css
                """);
    }

    @Test
    void aPathBelowThePrefixIsExplainedForEachSite() {
        assertThat(explain("/uploads/2026/debug.log")).isZero();
        assertThat(out.toString())
                .contains("site one: ", "by the rule \"uploads/**.log\"", "site two: ", "no rule of local covers it");
    }

    @Test
    void aPathOfNoSiteIsAnError() {
        assertThat(explain("s3://media/elsewhere/a.css")).isEqualTo(2);
        assertThat(explain("s3://media/sites/one/../two/a.css")).isEqualTo(2);
        assertThat(err.toString()).contains("lies in no site of", "cannot be a file's path");
    }

    @Test
    void anUploadIsExplainedToTheLineThatKeepsTheEdgeFromServingIt() throws IOException {
        S3Credentials credentials = S3Credentials.random();
        try (EmbeddedS3 s3 = EmbeddedS3.start(Files.createDirectories(folder.resolve("s3")), credentials);
                Store store = Store.open(
                        StoreSettings.at(Provider.EMBEDDED, s3.endpoint()),
                        credentials.accessKey(),
                        credentials.secretKey())) {
            s3.createBucket("media");
            byte[] rules = "# sold\ndeny from all\n".getBytes(StandardCharsets.UTF_8);
            store.bucket("media")
                    .put(
                            ObjectKey.of("one/uploads/shop/.htaccess"),
                            new ByteArrayInputStream(rules),
                            rules.length,
                            "text/plain",
                            WriteCondition.always());
            System.setProperty("aws.accessKeyId", credentials.accessKey());
            System.setProperty("aws.secretAccessKey", credentials.secretKey());
            configure(s3.endpoint().toString());

            assertThat(explain("uploads/shop/2026/a.pdf")).isZero();
            assertThat(explain("uploads/edd/a.pdf")).isZero();
            assertThat(explain("uploads/edd/press/a.pdf")).isZero();
            assertThat(explain("uploads/old/a.pdf")).isZero();
            assertThat(explain("uploads/a.php")).isZero();
            assertThat(explain("uploads/cache/a.css")).isZero();
            assertThat(out.toString().lines().filter(line -> line.contains("served by")))
                    .containsExactly(
                            "  not served by the edge (404): it is denied by one/uploads/shop/.htaccess, line 2: deny"
                                    + " from all",
                            "  not served by the edge (404): plugins keep the folder edd private",
                            "  served by the edge, unless it is private or not there",
                            "  not served by the edge (404): the rule \"uploads/old\" of deny covers it",
                            "  not served by the edge (404): its name could execute somewhere, or is secret");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void anS3ThatDoesNotAnswerIsNamed() throws IOException {
        configure("http://127.0.0.1:1");
        System.setProperty("aws.accessKeyId", "a");
        System.setProperty("aws.secretAccessKey", "b");
        try {
            assertThat(explain("uploads/a.pdf")).isZero();
            assertThat(out.toString()).contains("unknown whether the edge serves it: cannot read s3://media/one/");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private void configure(String endpoint) throws IOException {
        Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"
                timeout = "2s"

                [edge]
                listen = ":0"

                [[site]]
                name = "one"
                bucket = "media"
                prefix = "one"
                socket = "/run/aloft/one.sock"
                local = ["uploads/cache"]
                local_folder = "/var/lib/aloft/one"
                deny = ["uploads/old"]
                allow = ["uploads/edd/press"]
                """.formatted(endpoint));
    }

    private int explain(String path) {
        CommandLine command = Main.command();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(
                "explain", "--config", folder.resolve("aloft.toml").toString(), path);
    }
}
