package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/// The command itself: its help, its version, and errors of the program.
@Tag("unit")
final class MainTest {

    @Test
    void helpAndVersionAreDone() {
        for (List<String> words : List.of(
                List.<String>of(),
                List.of("--help"),
                List.of("help"),
                List.of("help", "demo"),
                List.of("serve", "--help"),
                List.of("version"),
                List.of("--version"))) {
            StringWriter out = new StringWriter();
            int code = Main.command().setOut(new PrintWriter(out, true)).execute(words.toArray(String[]::new));
            assertThat(code).as(words.toString()).isZero();
            assertThat(out.toString()).as(words.toString()).contains("loft");
            assertThat(out.toString().lines()).as(words.toString()).allMatch(line -> line.length() <= 100);
        }
    }

    @Test
    void aNamedCommandIsBuiltWithoutTheOthers() {
        assertThat(Main.forOnly(new MissingDemo(), "serve", "--agent-only").getSubcommands())
                .containsOnlyKeys("serve");
        assertThat(Main.forOnly(new MissingDemo(), "backup", "list").getSubcommands())
                .containsOnlyKeys("backup");
        for (String other : List.of("help", "generate-completion", "sevre", "--help")) {
            assertThat(Main.forOnly(new MissingDemo(), other).getSubcommands())
                    .as(other)
                    .hasSameSizeAs(Main.command().getSubcommands());
        }
    }

    @Test
    void theManualOfThePackageNamesEveryCommand() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "packaging/debian/aloft.1"));
        String commands =
                page.substring(page.indexOf(".SH COMMANDS"), page.indexOf(".SH", page.indexOf(".SH COMMANDS") + 1));

        assertThat(Pattern.compile("(?m)^\\.B (\\S+)$")
                        .matcher(commands)
                        .results()
                        .map(match -> match.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        Main.command().getSubcommands().keySet());
    }

    @Command(name = "demo")
    private static final class Broken implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("a fault of ours");
        }
    }

    @Test
    void anUnexpectedExceptionIsReportedAsAFaultOfAloft() {
        StringWriter err = new StringWriter();

        int code = Main.with(new Broken()).setErr(new PrintWriter(err, true)).execute("demo");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        found -> assertThat(found).contains("a fault of ours"),
                        advice -> assertThat(advice).contains("please report it"));
    }
}
