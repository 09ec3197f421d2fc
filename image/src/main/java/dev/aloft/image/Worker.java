package dev.aloft.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker process, from its start to its end: this program's own code in a process without credentials, without the
/// server's environment, in a private folder.
final class Worker implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Process process;
    private final Path folder;
    private final Path socket;
    private final BufferedReader output;

    private Worker(Process process, Path folder, Path socket) {
        this.process = process;
        this.folder = folder;
        this.socket = socket;
        this.output = process.inputReader();
    }

    /// Starts a process; it may not be fit for work yet.
    static Worker start(List<String> libraries, Limits limits, int threads) throws IOException {
        Path folder = Files.createTempDirectory("aloft-pictures"); // for its owner alone
        Path socket = folder.resolve("socket");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName()));
        command.addAll(new WorkerSettings(socket, libraries, limits, threads).arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.to(folder.resolve("errors.log").toFile()));
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.toString(),
                        "TMPDIR", folder.toString(),
                        "LC_ALL", "C.UTF-8",
                        "MALLOC_ARENA_MAX", "2",
                        "VIPS_WARNING", "0"));
        return new Worker(builder.start(), folder, socket);
    }

    /// What the worker says of itself, once it does: `ready` with its library, or `unfit` with the reason.
    String word() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the picture worker ended before it was ready: " + lastWords());
        }
        return line;
    }

    /// A connection for one picture.
    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /// Ends it at once, whatever it is doing.
    void kill() {
        process.destroyForcibly();
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("errors.log"));
            return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "it left no word";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the picture worker {} does not end", process.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", folder, e.toString());
        }
    }
}
