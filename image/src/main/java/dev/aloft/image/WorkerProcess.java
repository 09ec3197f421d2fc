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

/// Handle of one worker process, which runs without credentials and without the server's environment, in a private
/// directory, and drops its rights before its first picture.
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

    /// Main class of the worker. A string, because the server's side must not depend on the package that decodes
    /// untrusted bytes.
    private static final String WORKER = "dev.aloft.image.worker.WorkerMain";

    /// Size from which the C library returns freed memory to the system at once: the pixels of a picture.
    private static final String RETURNED_BYTES = Integer.toString(1 << 20);

    /// Smallest page size of any kernel: memory is underestimated elsewhere, never overestimated.
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

    /// Starts a process, which is not ready yet.
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
                "-Xms16m", // the pixels are outside the heap
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WORKER));
        boolean svg = settings.svg() && Landlock.isThere();
        if (settings.svg() && !svg) {
            LOG.warn("SVG is disabled: this kernel lacks Landlock (Linux 5.13), which limits file access to fonts");
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
                        "HOME",
                        folder.toString(),
                        "TMPDIR",
                        folder.toString(),
                        "LC_ALL",
                        "C.UTF-8",
                        "MALLOC_ARENA_MAX",
                        "2",
                        "MALLOC_MMAP_THRESHOLD_",
                        RETURNED_BYTES,
                        "MALLOC_TRIM_THRESHOLD_",
                        RETURNED_BYTES,
                        "VIPS_WARNING",
                        "0"));
        Process process = svg ? startedAmong(readable(settings), folder, builder) : builder.start();
        offerToTheOomKiller(process);
        return new WorkerProcess(process, folder, socket);
    }

    /// Starts a process with read access to these paths alone.
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

    /// Paths of the JDK, the program, the library and its fonts.
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

    /// Makes the OOM killer prefer the worker to the server.
    private static void offerToTheOomKiller(Process process) {
        try {
            Files.writeString(Path.of("/proc/" + process.pid() + "/oom_score_adj"), "800");
        } catch (IOException e) {
            LOG.warn("cannot raise the worker's oom_score_adj: {}", e.toString());
        }
    }

    /// Reads the next line of the worker: `ready` with its library or `unfit` with the reason; after `ready`, what the
    /// confinement lacks.
    String word() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the picture worker ended before it was ready: " + lastWords());
        }
        return line;
    }

    /// Opens a connection for one batch.
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

    /// Resident memory; 0 after its end.
    long memoryBytes() {
        try {
            String[] pages =
                    Files.readString(Path.of("/proc/" + pid() + "/statm")).split(" ", 3);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException ended) {
            return 0;
        }
    }

    /// Kills it at once.
    void kill() {
        process.destroyForcibly();
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("errors.log"));
            return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "no error output";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the picture worker {} does not exit", process.pid());
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
