package dev.aloft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Code in a confined process reaches only what the process holds open.
@Timeout(120)
final class ConfinementTest {

    private static final long EPERM = 1;
    private static final long ENOMEM = 12;
    private static final long EACCES = 13;
    private static final long ENOSYS = 38;

    @TempDir
    private Path folder;

    private Process neighbour;

    @BeforeEach
    void startNeighbour() throws IOException {
        assumeThat(System.getProperty("os.arch"))
                .as("the intruder's numbers are x86-64's")
                .isEqualTo("amd64");
        Files.writeString(folder.resolve("secret"), "AKIA…");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        neighbour = new ProcessBuilder("sleep", "300").start();
    }

    @AfterEach
    void stopNeighbour() {
        if (neighbour != null) {
            neighbour.destroyForcibly();
        }
    }

    @Test
    void aFreeProcessReachesAllOfIt() throws Exception {
        Map<String, String> results = results(intruder("free").start());
        assertThat(results).isNotEmpty();
        results.forEach((attempt, errno) -> assertThat(errno).as(attempt).isEqualTo("0"));
    }

    @Test
    void aConfinedProcessReachesNothing() throws Exception {
        Map<String, String> results = results(intruder("confined").start());
        assertThat(results.remove("missing")).isEqualTo("[]");
        requireHarmless(results);
        results.forEach((attempt, errno) -> assertThat(errno).as(attempt).isEqualTo("" + EPERM));
        assertThat(folder.resolve("secret")).hasContent("AKIA…");
        assertThat(neighbour.isAlive()).isTrue();
    }

    @Test
    void aReadingProcessReadsOnlyWhatItWasGiven() throws Exception {
        assumeThat(Landlock.isThere()).isTrue();
        List<Path> readable = new ArrayList<>();
        readable.add(Path.of(System.getProperty("java.home")));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            readable.add(Path.of(part));
        }
        List.of("/usr", "/lib", "/lib64", "/etc/ld.so.cache").forEach(path -> readable.add(Path.of(path)));
        Path own = Files.createDirectory(folder.resolve("own"));
        FutureTask<Process> start = new FutureTask<>(() -> {
            ProcessBuilder intruder = intruder("reading");
            Landlock.confineThread(readable, own);
            return intruder.start();
        });
        Thread.ofPlatform().start(start).join();
        Map<String, String> results = results(start.get());
        assertThat(results.remove("missing")).isEqualTo("[]");
        assertThat(results.remove("open a font's folder")).isEqualTo("0");
        requireHarmless(results);
        results.forEach((attempt, errno) -> assertThat(errno).as(attempt).isIn("" + EPERM, "" + EACCES));
        assertThat(Files.readString(Path.of("/etc/hostname")))
                .as("another thread keeps its rights")
                .isNotEmpty();
    }

    /// Removes the attempts with other outcomes.
    private static void requireHarmless(Map<String, String> results) {
        assertThat(results.remove("warm")).isNotNull();
        assertThat(results.remove("take some memory")).isEqualTo("0");
        assertThat(results.remove("take all memory")).isEqualTo("" + ENOMEM);
        assertThat(results.remove("clone by a structure")).isEqualTo("" + ENOSYS);
        assertThat(results.remove("fill a file after MB")).isEqualTo("0");
        if (System.getProperty("user.name").equals("root")) { // any other user has no limit of threads
            assertThat(Long.parseLong(String.valueOf(results.remove("start threads, up to"))))
                    .isBetween(1L, (long) Confinement.MAX_USER_THREADS);
        } else {
            results.keySet().removeIf(attempt -> attempt.startsWith("start threads"));
        }
    }

    private ProcessBuilder intruder(String how) {
        Path own = Files.isDirectory(folder.resolve("own")) ? folder.resolve("own") : folder;
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-Xlog:disable", // a refused thread is a warning on standard output
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Intruder.class.getName(),
                        how,
                        "" + ProcessHandle.current().pid(),
                        "" + neighbour.pid(),
                        own.toString())
                .redirectErrorStream(true);
    }

    private static Map<String, String> results(Process intruder) throws IOException, InterruptedException {
        Map<String, String> results = new LinkedHashMap<>();
        String output = new String(intruder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(intruder.waitFor()).as(output).isZero();
        output.lines().forEach(line -> {
            String[] parts = line.split(line.startsWith("missing") ? " " : "=", 2);
            results.put(parts[0], parts.length == 2 ? parts[1] : "");
        });
        return results;
    }
}
