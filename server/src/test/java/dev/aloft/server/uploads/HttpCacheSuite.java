package dev.aloft.server.uploads;

import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The public conformance suite for HTTP caches (https://cache-tests.fyi, npm `http-cache-tests`), with its own origin
/// server, installed into a folder of this build. The system property `aloft.cache.suite` names a checkout of the
/// suite's repository to be run instead, with its own dependencies installed.
final class HttpCacheSuite implements AutoCloseable {

    static final String VERSION = "0.4.5";

    private static final @Nullable String CHECKOUT = System.getProperty("aloft.cache.suite");

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

    /// Judges results as the suite's own pages do: a test counts if those that it depends on have passed.
    private static final String JUDGE = """
            import tests from './tests/index.mjs'
            import fs from 'fs'
            const results = JSON.parse(fs.readFileSync(process.argv[2]))
            const all = new Map(tests.flatMap(suite => suite.tests).map(test => [test.id, test]))
            const passed = id => (all.get(id).depends_on || []).every(passed) && results[id] === true
            const rows = {}
            for (const suite of tests) for (const test of suite.tests) if (!test.browser_only) {
                const result = results[test.id]
                rows[suite.id + ' ' + (test.kind || 'required') + ' ' + test.id] =
                    !(test.depends_on || []).every(passed) ? 'untested'
                        : result === true ? 'pass'
                        : Array.isArray(result) && result[0] === 'Setup' ? 'untested' : 'fail'
            }
            console.log(JSON.stringify(rows))
            """;

    private final Path folder;
    private final int port;
    private final Process server;

    private HttpCacheSuite(Path folder, int port, Process server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /// Returns true for the published package, false for a checkout.
    static boolean isPublished() {
        return CHECKOUT == null;
    }

    static HttpCacheSuite start(Path target) throws IOException, InterruptedException {
        Path folder = CHECKOUT == null ? target.resolve("node_modules/http-cache-tests") : Path.of(CHECKOUT);
        if (CHECKOUT == null && !Files.exists(folder.resolve("cli.mjs"))) {
            Files.createDirectories(target);
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--no-audit",
                            "--no-fund",
                            "--ignore-scripts",
                            "--prefix",
                            target.toString(),
                            "http-cache-tests@" + VERSION)
                    .redirectErrorStream(true)
                    .redirectOutput(target.resolve("npm.log").toFile())
                    .start();
            await(npm, INSTALL_LIMIT, "npm install http-cache-tests (see " + target.resolve("npm.log") + ")");
        }
        Files.createDirectories(target);
        Files.writeString(folder.resolve("judge.mjs"), JUDGE);
        int port = FreePort.next();
        Process server = node(folder, Map.of("npm_config_port", String.valueOf(port)), engine() + "server/server.mjs")
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("server.log").toFile())
                .start();
        HttpCacheSuite suite = new HttpCacheSuite(folder, port, server);
        suite.awaitServer();
        return suite;
    }

    private void awaitServer() throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            try (Socket _ = new Socket("localhost", port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(50); // a process of its own, which does not report when it listens
            }
        }
        close();
        throw new IOException("the suite's server does not listen on " + port);
    }

    /// The origin that a cache is to be put before.
    URI origin() {
        return URI.create("http://localhost:" + port);
    }

    /// Runs all tests for caches that are no browser's.
    ///
    /// @return by `suite kind test`: pass, fail or untested
    Map<String, String> run(URI cache) throws IOException, InterruptedException {
        Path results = folder.resolve("results.json");
        String base = cache.toString().replaceFirst("/$", "");
        Process run = node(folder, Map.of("npm_config_base", base), engine() + "cli.mjs")
                .redirectOutput(results.toFile())
                .redirectError(folder.resolve("cli.log").toFile())
                .start();
        await(run, RUN_LIMIT, "the suite");
        Process judge = node(folder, Map.of(), "judge.mjs", results.toString()).start();
        try (InputStream out = judge.getInputStream()) {
            return parse(new String(out.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String engine() {
        return CHECKOUT == null ? "" : "test-engine/";
    }

    private static ProcessBuilder node(Path folder, Map<String, String> settings, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", "--no-warnings"));
        command.addAll(List.of(arguments));
        ProcessBuilder node = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = node.environment();
        environment.put("npm_config_protocol", "http");
        environment.put("npm_config_pidfile", folder.resolve("server.pid").toString());
        environment.put("npm_package_config_id", "");
        environment.put("npm_config_id", "");
        environment.putAll(settings);
        return node;
    }

    private static void await(Process process, Duration limit, String what) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new IOException(what + " did not end within " + limit);
        }
        if (process.exitValue() != 0) {
            throw new IOException(what + " ended with " + process.exitValue());
        }
    }

    private static Map<String, String> parse(String json) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.getString();
                parser.nextToken();
                rows.put(name, parser.getString());
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        server.destroy();
        try {
            server.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
