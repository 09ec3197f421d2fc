package dev.aloft.bench.edge;

import dev.aloft.bench.Server;
import dev.aloft.server.edge.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The edge as an operator runs it: `aloft serve --edge-only`, with the memory and the start cache of the launcher.
final class InstalledEdge {

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private InstalledEdge() {}

    /// Starts it on processor 0, with a disk cache and without pictures.
    static Subject start(URI s3, Path folder, Optional<Tls> tls) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = Subject.freePort();
        Path configuration = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                provider = "embedded"
                endpoint = "%s"

                [edge]
                listen = "127.0.0.1:%d"
                cache_folder = "%s"
                cache_folder_bytes = 1073741824
                %s

                [pictures]
                enabled = false

                [[site]]
                name = "site"
                bucket = "%s"
                socket = "%s"
                """.formatted(
                        s3,
                        port,
                        folder.resolve("cache"),
                        tls.map(files -> "tls_certificate = \"%s\"\ntls_key = \"%s\""
                                        .formatted(files.certificate(), files.key()))
                                .orElse(""),
                        Server.BUCKET,
                        folder.resolve("aloft.sock")));
        ProcessBuilder builder = new ProcessBuilder(
                "taskset",
                "-c",
                "0",
                Path.of("aloft").toAbsolutePath().toString(),
                "serve",
                "--edge-only",
                "--config",
                configuration.toString());
        builder.environment().put("AWS_ACCESS_KEY_ID", Server.ACCESS_KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", Server.SECRET_KEY);
        Path log = folder.resolve("log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Instant end = Instant.now().plus(START_LIMIT);
        while (!Subject.listens(port)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                process.destroyForcibly();
                throw new IOException("the edge does not start: " + Files.readString(log));
            }
            Thread.sleep(50);
        }
        return new Subject("aloft", port, true, tls.isPresent(), process.toHandle(), () -> stop(process));
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
