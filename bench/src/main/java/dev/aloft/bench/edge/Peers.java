package dev.aloft.bench.edge;

import dev.aloft.bench.Server;
import dev.aloft.lab.Command;
import dev.aloft.lab.DataFolder;
import dev.aloft.lab.Service;
import dev.aloft.server.edge.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Debian's nginx, Varnish and Caddy, each with the settings that its documentation recommends for speed.
final class Peers {

    static final String PROXY_CACHE = "nginx proxy_cache";

    /// The name of the subject that [#signing] starts.
    static final String SIGNING = "nginx with njs";

    /// That of Debian's libnginx-mod-http-js.
    private static final Path NJS = Path.of("/usr/lib/nginx/modules/ngx_http_js_module.so");

    private static final Duration START = Duration.ofSeconds(20);

    private final DataFolder data;
    private final Path files;

    Peers(DataFolder data, Path files) {
        this.data = data;
        this.files = files;
    }

    /// Serves the files by `sendfile`, on one processor of the machine; all uncached files are the same file.
    Subject files(String name, int processor) throws IOException {
        return nginx(
                name,
                processor,
                new Configuration(
                        false,
                        "",
                        "root " + files + "; open_file_cache max=100; rewrite ^/uploads/unseen/ "
                                + Uploads.path(Uploads.SMALL) + " break;",
                        Optional.empty()));
    }

    /// Difference between the configurations of nginx.
    ///
    /// @param shared directives for the whole of `http`
    /// @param location directives for all paths
    private record Configuration(boolean caches, String shared, String location, Optional<Tls> tls) {}

    Subject proxyCache(int origin, Optional<Tls> tls) throws IOException {
        Path folder = Files.createDirectories(data.path().resolve(tls.isPresent() ? "nginx-tls-cache" : "nginx-cache"));
        String shared = """
                proxy_cache_path %s keys_zone=z:10m max_size=2g;
                    gzip on; gzip_types text/css; gzip_proxied any; gzip_comp_level 6;
                    upstream origin { server 127.0.0.1:%d; keepalive 64; keepalive_requests 100000000; }
                """.formatted(folder, origin);
        return nginx(PROXY_CACHE, 0, new Configuration(true, shared, """
                proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection '';
                        proxy_cache z; proxy_cache_valid 200 1h; proxy_cache_lock on;
                """, tls));
    }

    /// `proxy_cache` before S3, which takes signed requests only: njs signs each one, as nginx-s3-gateway does. Only
    /// its misses differ from [#proxyCache].
    @Nullable
    Subject signing(int s3) throws IOException {
        if (!Files.exists(NJS)) {
            return missing(SIGNING);
        }
        Path folder = Files.createDirectories(data.path().resolve("nginx-signing-cache"));
        Path script = Files.writeString(folder.resolveSibling("signing.js"), SigningScript.of(s3));
        String shared = """
                js_import signing from %s; js_var $signed_at; js_set $signature signing.authorization;
                    proxy_cache_path %s keys_zone=z:10m max_size=2g;
                    upstream origin { server 127.0.0.1:%d; keepalive 64; keepalive_requests 100000000; }
                """.formatted(script, folder, s3);
        return nginx(SIGNING, 0, new Configuration(true, shared, """
                proxy_pass http://origin/%s/; proxy_http_version 1.1; proxy_set_header Connection '';
                        proxy_set_header Host 127.0.0.1:%d; proxy_set_header Authorization $signature;
                        proxy_set_header x-amz-date $signed_at; proxy_set_header x-amz-content-sha256 UNSIGNED-PAYLOAD;
                        proxy_cache z; proxy_cache_valid 200 1h; proxy_cache_lock on;
                """.formatted(Server.BUCKET, s3), Optional.empty()));
    }

    private Subject nginx(String name, int processor, Configuration configuration) throws IOException {
        int port = Subject.freePort();
        Optional<Tls> tls = configuration.tls();
        Path folder =
                Files.createDirectories(data.path().resolve(name.replace(' ', '-') + (tls.isPresent() ? "-tls" : "")));
        Path file = Files.writeString(folder.resolve("nginx.conf"), """
                %5$s
                user root; worker_processes 1; daemon off; pid %1$s/nginx.pid; error_log %1$s/error.log;
                worker_rlimit_nofile 8192;
                events { worker_connections 4096; }
                http {
                    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
                    types { image/jpeg jpg; text/css css; }
                    %2$s
                    server { listen 127.0.0.1:%3$d backlog=4096%6$s location / { %4$s } }
                }
                """.formatted(
                        folder,
                        configuration.shared(),
                        port,
                        configuration.location(),
                        name.equals(SIGNING) ? "load_module " + NJS + ";" : "",
                        tls.map(files -> " ssl http2; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate "
                                        + files.certificate() + "; ssl_certificate_key " + files.key() + ";")
                                .orElse(";")));
        return started(
                new Listening(name, port, configuration.caches(), tls.isPresent()),
                processor,
                List.of(
                        "nginx",
                        "-p",
                        folder.toString(),
                        "-c",
                        file.toString(),
                        "-e",
                        folder.resolve("error.log") + ""));
    }

    /// A subject before its start.
    private record Listening(String name, int port, boolean caches, boolean encrypted) {}

    @Nullable
    Subject varnish(int origin) throws IOException {
        if (isMissing("varnishd")) {
            return missing("varnish");
        }
        int port = Subject.freePort();
        Path folder = Files.createDirectories(data.path().resolve("varnish"));
        Path file = Files.writeString(folder.resolve("default.vcl"), """
                vcl 4.1;
                backend default { .host = "127.0.0.1"; .port = "%d"; }
                sub vcl_backend_response { set beresp.ttl = 1h; }
                """.formatted(origin));
        return started(
                new Listening("varnish", port, true, false),
                0,
                List.of(
                        "varnishd",
                        "-F",
                        "-j",
                        "none",
                        "-n",
                        folder + "",
                        "-a",
                        "127.0.0.1:" + port,
                        "-f",
                        file + "",
                        "-s",
                        "malloc,512m",
                        "-p",
                        "thread_pools=1",
                        "-p",
                        "thread_pool_max=2000",
                        "-p",
                        "listen_depth=4096"));
    }

    @Nullable
    Subject caddy() throws IOException {
        if (isMissing("caddy")) {
            return missing("caddy");
        }
        int port = Subject.freePort();
        Path folder = Files.createDirectories(data.path().resolve("caddy"));
        Path file = Files.writeString(folder.resolve("Caddyfile"), """
                {
                    admin off
                    auto_https off
                }
                http://127.0.0.1:%d {
                    root * %s
                    file_server
                }
                """.formatted(port, files));
        return started(
                new Listening("caddy file_server", port, false, false),
                0,
                List.of("caddy", "run", "--config", file.toString(), "--adapter", "caddyfile"));
    }

    static boolean isMissing(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin")
                .noneMatch(folder -> Files.exists(Path.of(folder, program)));
    }

    private static @Nullable Subject missing(String name) {
        System.err.println(name + " is missing");
        return null;
    }

    private Subject started(Listening subject, int processor, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", "" + processor));
        words.addAll(command);
        String id = subject.name().replace(' ', '-') + (subject.encrypted() ? "-tls" : "");
        Service service = Service.start(data, id, Command.of(words), () -> Subject.listens(subject.port()), START);
        ProcessHandle process = ProcessHandle.of(service.pid())
                .orElseThrow(() -> new IOException(subject.name() + " ended while it started"));
        return new Subject(subject.name(), subject.port(), subject.caches(), subject.encrypted(), process, service);
    }
}
