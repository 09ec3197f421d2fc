package dev.aloft.server.edge;

import dev.aloft.server.S3Fixture;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.store.Provider;
import dev.aloft.store.Store;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// An edge in a process of its own, which serves until it is killed.
final class EdgeProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private EdgeProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param before what the shell does first
    /// @param cache folder of the disk cache; the access log is beside it
    /// @param options of Java
    static EdgeProcess start(String before, URI s3, Path cache, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "bash"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EdgeProcess.class.getName()));
        command.addAll(List.of(s3.toString(), cache.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new EdgeProcess(process, Integer.parseInt(process.inputReader().readLine()));
    }

    int port() {
        return port;
    }

    /// The memory that the process has had at most, in MiB.
    long peakMebibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String peak =
                    lines.filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
            return Long.parseLong(peak.replaceAll("\\D", "")) >> 10;
        }
    }

    /// Kills it.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        StoreSettings settings = StoreSettings.at(Provider.EMBEDDED, URI.create(arguments[0]));
        Store store = Store.open(settings, S3Fixture.USER, S3Fixture.SECRET);
        EdgeSite site = EdgeSite.of(store.bucket(S3Fixture.NAME), S3Fixture.TOP);
        Path cache = Path.of(arguments[1]);
        OperatorSettings logged = OperatorSettings.NONE.withAccessLog(
                cache.resolveSibling("access.log"), OperatorSettings.LogForm.COMBINED);
        Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, site)
                .withOperators(logged)
                .withCache(CacheSettings.DEFAULT.withDisk(cache, 1 << 30)));
        System.out.println(edge.port());
        Thread.currentThread().join();
    }
}
