package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The manual pages that the package makes: one for every command, with its options.
@Tag("unit")
final class ManPagesTest {

    private static final Path HOME = Path.of(System.getProperty("aloft.root"));

    @TempDir
    private Path folder;

    @Test
    void everyCommandHasAPageWithItsOptions() throws Exception {
        Process script = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HOME.resolve("scripts/ManPages.java").toString(),
                        folder.toString(),
                        "2026-11-30")
                .inheritIO()
                .start();
        assertThat(script.waitFor()).isZero();

        Map<String, CommandLine> commands = new LinkedHashMap<>();
        collect(Main.command(), commands);
        commands.remove("aloft-demo");
        assertThat(commands).hasSizeGreaterThan(30);
        for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
            String page = Files.readString(folder.resolve(command.getKey() + ".1"));
            assertThat(page).startsWith(".TH ").contains("\n" + command.getKey() + " \\- ", "\n.SH SYNOPSIS\n");
            command.getValue()
                    .getCommandSpec()
                    .optionsMap()
                    .keySet()
                    .forEach(option -> assertThat(page)
                            .as(command.getKey())
                            .contains("\\fB" + option.replace("-", "\\-") + "\\fR"));
        }
        try (var pages = Files.list(folder)) {
            assertThat(pages).hasSameSizeAs(commands.keySet());
        }
    }

    private static void collect(CommandLine parent, Map<String, CommandLine> commands) {
        for (CommandLine command : parent.getSubcommands().values()) {
            commands.put(command.getCommandSpec().qualifiedName("-"), command);
            collect(command, commands);
        }
    }
}
