package dev.aloft.image;

import dev.aloft.linux.Landlock;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker process, from its start to its end: this program's own code in a process without credentials, without the
/// server's environment, in a private folder, which gives up its rights before it takes a picture.
final class WorkerProcess implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final List<String> SYSTEM_FOLDERS = List.of(
            "/usr",
            "/lib",
            "/lib64",
            "/nix/store",
            "/etc/ld.so.cache",
            "/etc/fonts",
            "/var/cache/fontconfig",
            "/dev/null",
            "/dev/urandom");

    /// The worker's program. Named by its text alone: nothing here knows the package that touches strangers' bytes.
    private static final String WORKER = "dev.aloft.image.worker.WorkerMain";

    /// The least that a kernel has: memory is counted too low on others, never too high.
    private static final long PAGE_BYTES = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private final Process process;
    private final Path folder;
    private final Path socket;
    private final BufferedReader output;

    private WorkerProcess(Process process, Path folder, Path socket) {
        this.process = process;
        this.folder = folder;
        this.socket = socket;
        this.output = process.inputReader();
    }

    /// Starts a process; it may not be fit for work yet.
    static WorkerProcess start(RenderPoolSettings settings) throws IOException {
        Path folder = Files.createTempDirectory("aloft-pictures"); // for its owner alone
        Path socket = folder.resolve("socket");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisableAttachMechanism",
                "-XX:+ErrorFileToStderr", // it opens no file then
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WORKER));
        boolean svg = settings.svg() && Landlock.isThere();
        if (settings.svg() && !svg) {
            LOG.warn("no SVG is drawn: this kernel has no Landlock, by which only fonts could be read (Linux 5.13)");
        }
        command.addAll(new WorkerSettings(
                        socket,
                        settings.libraries(),
                        settings.limits(),
                        settings.threads(),
                        svg,
                        settings.memoryBytes())
                .arguments());
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
        Process process = svg ? startedAmong(readable(settings), folder, builder) : builder.start();
        offerToTheOomKiller(process);
        return new WorkerProcess(process, folder, socket);
    }

    /// Starts a process that reads no other files than these.
    private static Process startedAmong(List<Path> readable, Path own, ProcessBuilder builder) throws IOException {
        FutureTask<Process> start = new FutureTask<>(() -> {
            Landlock.confineThread(readable, own);
            return builder.start();
        });
        Thread _ = Thread.ofPlatform().name("picture-worker-start").start(start);
        try {
            return start.get();
        } catch (ExecutionException e) {
            throw new IOException("the picture worker does not start", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// What a program of Java's, a library and its fonts lie in.
    private static List<Path> readable(RenderPoolSettings settings) throws IOException {
        List<Path> readable = new ArrayList<>();
        readable.add(Path.of(System.getProperty("java.home")));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            readable.add(Path.of(part).toAbsolutePath());
        }
        for (String library : settings.libraries()) {
            if (library.startsWith("/")) {
                readable.add(Path.of(library).resolveSibling("."));
            }
        }
        for (String system : SYSTEM_FOLDERS) {
            readable.add(Path.of(system));
        }
        try (DirectoryStream<Path> javas = Files.newDirectoryStream(Path.of("/etc"), "java*")) { // Debian's links there
            javas.forEach(readable::add);
        }
        return readable;
    }

    /// When memory runs out, the worker goes before the server does.
    private static void offerToTheOomKiller(Process process) {
        try {
            Files.writeString(Path.of("/proc/" + process.pid() + "/oom_score_adj"), "800");
        } catch (IOException e) {
            LOG.warn("cannot raise the worker's oom_score_adj: {}", e.toString());
        }
    }

    /// The next line that the worker prints: `ready` with its library, or `unfit` with the reason; after `ready`, what
    /// its confinement lacks.
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

    /// Bytes of memory that it occupies; 0 when it has ended.
    long memoryBytes() {
        try {
            String[] pages =
                    Files.readString(Path.of("/proc/" + pid() + "/statm")).split(" ", 3);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException ended) {
            return 0;
        }
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
