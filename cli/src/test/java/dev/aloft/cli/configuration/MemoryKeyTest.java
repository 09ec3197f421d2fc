package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `memory`, as the launcher reads it and the program checks it.
@Tag("unit")
final class MemoryKeyTest extends ConfigurationFixture {

    @Test
    void theHeapOfServeFollowsFromTheKey() throws Exception {
        assertThat(heap("memory = \"400M\"\n" + SMALLEST, "")).isEqualTo("-Xmx240m");
        assertThat(heap("# here\n  memory=\"2G\" # all of it\n" + SMALLEST, "")).isEqualTo("-Xmx1888m");
        assertThat(heap(SMALLEST, "")).isEqualTo("-Xmx240m");
    }

    @Test
    void anObjectCacheNeedsMore() throws Exception {
        String text = SMALLEST + "  object_cache_bytes = 33554432\n";
        assertThat(heap(text, "")).isEqualTo("-Xmx352m");
        assertThat(heap("memory = \"400M\"\n" + text, "")).isEqualTo("-Xmx240m");
        assertThat(heap(SMALLEST + "# object_cache_bytes = 33554432\n", "")).isEqualTo("-Xmx240m");
        assertThat(options(Map.of("ALOFT_SITE_SHOP_OBJECT_CACHE_BYTES", "33554432"), "serve"))
                .contains("-Xmx352m");
    }

    @Test
    void theVariableTakesPrecedence() throws Exception {
        assertThat(heap("memory = \"400M\"\n" + SMALLEST, "1G")).isEqualTo("-Xmx864m");
    }

    @Test
    void aKeyOfATableIsAnother() throws Exception {
        assertThat(heap(SMALLEST + "memory = \"1G\"\n", "")).isEqualTo("-Xmx240m");
    }

    @Test
    void otherCommandsHaveTheirOwnHeap() throws Exception {
        assertThat(options("", "backup", "verify")).contains("-Xmx1g");
        assertThat(options("", "backup", "create", "--config", "/etc/none.toml"))
                .endsWith("-Xmx384m");
    }

    @Test
    void backupsOfFilesAloneHaveASmallHeap() throws Exception {
        Path file = Files.writeString(folder.resolve("aloft.toml"), SMALLEST + "[site.backup]\nbucket = \"b\"\n");
        assertThat(options("", "backup", "create", "--config", file.toString())).endsWith("-Xmx192m");
        assertThat(options("", "backup", "restore", "--config=" + file)).endsWith("-Xmx192m");

        Files.writeString(file, Files.readString(file) + "database = \"/srv/wp-config.php\"\n");
        assertThat(options("", "backup", "create", "--config", file.toString())).endsWith("-Xmx384m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"512\"", "\"399M\"", "\"512MB\"", "512", "\"1.5G\"", "\"-1G\"", "true"})
    void anInvalidSizeIsAnErrorAndTheLauncherUsesTheDefault(String value) throws Exception {
        String text = "memory = " + value + "\n" + SMALLEST;
        assertThat(failure(text)).hasMessageContaining("is not a size of at least 400M");
        assertThat(heap(text, "")).isEqualTo("-Xmx240m");
    }

    @Test
    void theVariableIsCheckedToo() throws Exception {
        assertThat(read("memory = \"1G\"\n" + SMALLEST, Map.of("ALOFT_MEMORY", "450M"))
                        .sites())
                .hasSize(1);
    }

    private String heap(String configuration, String variable) throws Exception {
        Path file = Files.writeString(folder.resolve("aloft.toml"), configuration);
        List<String> spaced = options(variable, "serve", "--config", file.toString());
        assertThat(options(variable, "serve", "--edge-only", "--config=" + file))
                .isEqualTo(spaced);
        return spaced.stream()
                .filter(option -> option.startsWith("-Xmx"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void javaAcceptsTheOptionsAndReturnsFreedMemoryToTheSystem() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options("", "serve"));
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed)
                .containsPattern("TrimNativeHeapInterval += 60000 ")
                .containsPattern("InitiatingHeapOccupancyPercent += 75 ")
                .containsPattern("G1ConcRefinementThreads += 0 ")
                .containsPattern("G1HeapRegionSize += 2097152 ");
    }

    private static List<String> options(String variable, String... arguments) throws IOException, InterruptedException {
        return options(Map.of("ALOFT_MEMORY", variable), arguments);
    }

    private static List<String> options(Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-euc", ". \"$0\"; java_options none.toml \"$@\""));
        command.add(System.getProperty("aloft.root") + "/scripts/java-options.sh");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return List.of(printed.strip().split(" "));
    }
}
