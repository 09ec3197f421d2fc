package dev.aloft.cli;

import dev.aloft.testkit.Eventually;
import dev.aloft.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// One of Debian's web servers, which runs a configuration of `aloft cdn` on a free port.
public final class FrontServer implements AutoCloseable {

    private static final int ANSWER_MILLIS = 60_000;

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
        int port = FreePort.next();
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            // Of HTTP/1.0, so that the end of the connection ends the body. Java's clients send no Host of the
            // caller's.
            socket.getOutputStream()
                    .write((method + " " + target + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer to " + method + " " + target + ": " + answer);
            }
            List<String> head = answer.substring(0, end).lines().toList();
            Map<String, List<String>> headers = head.stream()
                    .skip(1)
                    .map(line -> line.split(": ?", 2))
                    .collect(Collectors.groupingBy(
                            header -> header[0], Collectors.mapping(header -> header[1], Collectors.toList())));
            return new Answer(Integer.parseInt(head.getFirst().split(" ", 3)[1]), headers, answer.substring(end + 4));
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
