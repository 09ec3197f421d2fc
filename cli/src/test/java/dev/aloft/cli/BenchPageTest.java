package dev.aloft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The benchmarks and their page: `bench/all` runs every program of the folder.
@Tag("unit")
class BenchPageTest {

    private static final Path HOME = Path.of(System.getProperty("aloft.root"));
    private static final Path BENCH = HOME.resolve("bench");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\| \\[?`(bench/[a-z/-]+)`");

    @Test
    void thePageNamesEveryCommand() throws IOException {
        Set<String> named = COMMAND.matcher(Files.readString(BENCH.resolve("README.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(commands()).hasSizeGreaterThan(8).isEqualTo(named);
    }

    @Test
    void everyCommandCanBeQuickAndRecordsItsRows() throws IOException {
        for (String command : commands()) {
            assertThat(HOME.resolve(command)).content().as(command).contains("--quick");
        }
    }

    @Test
    void theTableSaysWhichAimsAreMet() throws Exception {
        Process shell = new ProcessBuilder("bash", "-euc", """
                        . bench/rows.sh
                        export ALOFT_BENCH_ROWS=/dev/stdout
                        {
                            record "reads: ms" 0.50 1.00 "<= 0.5"
                            record "writes: ms" 1,200 1e+3 "<= 1.0"
                            record "hits per second" 3 2 ">= 1.2"
                            record "memory: MiB" 300 - "<= 350"
                            record "walk: s" 2 fails "<= 1.0"
                            record "walk: CPU s" 3 2 -
                        } | print_rows php/run
                        """)
                .directory(HOME.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo("""
                | php/run | reads: ms | 0.50 | 1.00 | 0.50 | <= 0.5 | met |
                | php/run | writes: ms | 1,200 | 1e+3 | 1.20 | <= 1.0 | **missed** |
                | php/run | hits per second | 3 | 2 | 1.50 | >= 1.2 | met |
                | php/run | memory: MiB | 300 | - |  | <= 350 | met |
                | php/run | walk: s | 2 | fails |  | <= 1.0 | not measured |
                | php/run | walk: CPU s | 3 | 2 | 1.50 | - |  |
                """);
        assertThat(shell.waitFor()).isZero();
    }

    private static Set<String> commands() throws IOException {
        try (Stream<Path> files = Files.walk(BENCH)) {
            return files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .map(file -> HOME.relativize(file).toString())
                    .filter(name -> !name.contains("/target/") && !name.equals("bench/all"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
