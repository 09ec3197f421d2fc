package dev.aloft.cli;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One of Debian's web servers, which runs a configuration of `aloft cdn` on a free port.
public final class FrontServer implements AutoCloseable {

    static {
        System.setProperty("sun.net.http.allowRestrictedHeaders", "true");
    }

    private final Process process;
    private final String host;
    private final int port;

    private FrontServer(Process process, String host, int port) {
        this.process = process;
        this.host = host;
        this.port = port;
    }

    /// Starts it and waits until it listens.
    ///
    /// @param kind as `aloft cdn` names it
    public static FrontServer start(String kind, String configuration, String host, Path folder) throws Exception {
        int port = freePort();
        List<String> command = switch (kind) {
            case "nginx" -> nginx(configuration, folder, port);
            case "varnish" -> varnish(configuration, folder, port);
            case "caddy" -> caddy(configuration, host, folder, port);
            default -> throw new IllegalArgumentException(kind + " does not run here");
        };
        Path log = folder.resolve("out.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        FrontServer server = new FrontServer(process, host, port);
        Eventually.await(kind + " listens", () -> !process.isAlive() || isListening(port));
        if (!process.isAlive()) {
            throw new IOException(Files.readString(log));
        }
        return server;
    }

    private static boolean isListening(int port) {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> nginx(String configuration, Path folder, int port) throws IOException {
        String server = configuration.replace("listen 80;", "listen 127.0.0.1:" + port + ";");
        Path conf = Files.writeString(
                folder.resolve("nginx.conf"),
                "pid " + folder + "/pid; error_log " + folder + "/error.log; events {}\nhttp { access_log off;\n"
                        + server + "}\n");
        return List.of("nginx", "-p", folder.toString(), "-c", conf.toString(), "-g", "daemon off;");
    }

    private static List<String> varnish(String configuration, Path folder, int port) throws IOException {
        // Varnish reads it as a user of its own.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path conf = Files.writeString(folder.resolve("aloft.vcl"), configuration);
        return List.of(
                "varnishd",
                "-F",
                "-a",
                "127.0.0.1:" + port,
                "-f",
                conf.toString(),
                "-n",
                folder.resolve("varnish").toString(),
                "-s",
                "malloc,16m");
    }

    private static List<String> caddy(String configuration, String host, Path folder, int port) throws IOException {
        String text = "{\n\tadmin off\n}\n"
                + configuration.replace("\n" + host + " {", "\nhttp://" + host + ":" + port + " {");
        Path conf = Files.writeString(folder.resolve("Caddyfile"), text);
        return List.of("caddy", "run", "--adapter", "caddyfile", "--config", conf.toString());
    }

    /// @param headers by their names
    public record Answer(int status, Map<String, List<String>> headers, String text) {

        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> name.equalsIgnoreCase(header.getKey()))
                    .map(header -> header.getValue().getFirst())
                    .findFirst();
        }
    }

    public int port() {
        return port;
    }

    public Answer get(String target) throws IOException {
        return ask("GET", target);
    }

    public Answer ask(String method, String target) throws IOException {
        // HttpClient sends no other Host; with this property of the old one it does.
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + target).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Host", host);
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(status, connection.getHeaderFields(), text);
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
