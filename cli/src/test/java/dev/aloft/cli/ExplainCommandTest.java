package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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

    private int explain(String path) {
        CommandLine command = Main.command();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(
                "explain", "--config", folder.resolve("aloft.toml").toString(), path);
    }
}
