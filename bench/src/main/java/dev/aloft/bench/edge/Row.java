package dev.aloft.bench.edge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The requests of one row of the table.
enum Row {
    TINY_HIT("2 KB hit", Uploads.TINY, 32),
    SMALL_HIT("20 KB hit", Uploads.SMALL, 32),
    MIDDLE_HIT("1 MB hit", Uploads.MIDDLE, 32),
    LARGE_HIT("100 MB hit", Uploads.LARGE, 4),
    COMPRESSED_HIT("100 KB stylesheet hit, gzip", Uploads.STYLE, 32),
    NOT_MODIFIED("304 of 20 KB", Uploads.SMALL, 32),
    MISS("20 KB miss, 20 ms behind", Uploads.SMALL, 32),
    TINY_TLS("2 KB hit, TLS", Uploads.TINY, 32),
    SMALL_TLS("20 KB hit, TLS", Uploads.SMALL, 32),
    LARGE_TLS("100 MB hit, TLS", Uploads.LARGE, 4),
    TINY_HTTP2("2 KB hit, HTTP/2", Uploads.TINY, 32),
    SMALL_HTTP2("20 KB hit, HTTP/2", Uploads.SMALL, 32);

    /// Upper bound of the uncached files that one round requests.
    private static final int UNSEEN_IN_A_ROUND = 4_000;

    private static final Duration TIME = Duration.ofSeconds(2);

    private final String title;
    private final int size;
    private final int connections;

    Row(String title, int size, int connections) {
        this.title = title;
        this.size = size;
        this.connections = connections;
    }

    String title() {
        return title;
    }

    /// The aims of requests per CPU second, as a multiple of each named peer's.
    Map<String, String> aims() {
        return switch (this) {
            case TINY_HIT, SMALL_HIT -> Map.of("nginx proxy_cache", ">= 1.2");
            case MISS -> Map.of(Peers.SIGNING, ">= 1.0", "nginx proxy_cache", ">= 0.5");
            case TINY_TLS, SMALL_TLS, LARGE_TLS, TINY_HTTP2, SMALL_HTTP2 -> Map.of("nginx proxy_cache", ">= 0.8");
            default -> Map.of("nginx proxy_cache", ">= 1.0");
        };
    }

    boolean isEncrypted() {
        return title.endsWith("TLS") || isHttp2();
    }

    boolean isHttp2() {
        return title.endsWith("HTTP/2");
    }

    boolean isFor(Subject subject) {
        if (subject.encrypted() != isEncrypted()) {
            return false;
        }
        return switch (this) {
            case MISS -> subject.caches();
            case COMPRESSED_HIT -> subject.compresses();
            default -> !subject.name().equals(Peers.SIGNING);
        };
    }

    /// @param round from 0, warm-up rounds included
    Load run(Subject subject, int round, Path folder) throws IOException {
        String path = Uploads.path(size);
        return switch (this) {
            case NOT_MODIFIED ->
                Load.wrk(subject, path, connections, TIME, "-s", conditional(tag(subject, path), folder));
            case COMPRESSED_HIT ->
                Load.wrk(subject, Uploads.STYLE_PATH, connections, TIME, "-H", "Accept-Encoding: gzip");
            case MISS -> Load.wrk(subject, "/", connections, TIME, "-s", counting(round * UNSEEN_IN_A_ROUND, folder));
            case TINY_HTTP2, SMALL_HTTP2 -> Load.h2load(subject, path, connections, TIME, folder.resolve("h2load.log"));
            default -> Load.wrk(subject, path, connections, TIME);
        };
    }

    private static String conditional(String tag, Path folder) throws IOException {
        return Files.writeString(folder.resolve("conditional.lua"), """
                wrk.headers["If-None-Match"] = '%s'
                response = function(status) if status ~= 304 then error("not a 304: " .. status) end end
                """.formatted(tag))
                .toString();
    }

    private static String counting(int from, Path folder) throws IOException {
        return Files.writeString(folder.resolve("counting.lua"), """
                local number = %d
                request = function()
                    number = number + 1
                    return wrk.format("GET", "/uploads/unseen/" .. number .. ".jpg")
                end
                """.formatted(from))
                .toString();
    }

    private static String tag(Subject subject, String path) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + subject.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow(() -> new IOException(subject.name() + " gives no ETag"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
