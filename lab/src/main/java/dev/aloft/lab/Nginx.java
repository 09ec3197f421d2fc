package dev.aloft.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// An nginx of our own, which runs one site's `server` block on a port of 127.0.0.1.
///
/// Its workers run as the user `www-data` when we are root, as PHP's do, so that php-fpm lets them in. What it keeps
/// for a moment is in its folder in the data folder, what it says in its log there; Debian's own configuration is not
/// read.
///
/// Whoever starts it closes it; requests under way are then cut off.
public final class Nginx implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Service service;

    private Nginx(Service service) {
        this.service = service;
    }

    /// Starts it and waits until it takes connections.
    ///
    /// @param name tells servers of one data folder apart
    /// @param site what goes into the `http` block
    /// @param port where `site` says that it listens
    /// @param progress gets a line for each step
    /// @throws IOException when it cannot be started; the message has its last words
    public static Nginx start(DataFolder data, String name, String site, int port, Consumer<String> progress)
            throws IOException {
        Account workers = Account.of("www-data");
        workers.requireAccess(data.path());
        progress.accept("starting nginx on 127.0.0.1:" + port);
        String service = "nginx-" + name;
        Path folder = Files.createDirectories(data.path().resolve(service));
        Modes.set(folder, "rwxr-xr-x");
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), configuration(workers, site));
        Command command = Command.of(
                "nginx", "-p", folder + "/", "-c", configuration.toString(), "-e", "stderr", "-g", "daemon off;");
        return new Nginx(Service.start(data, service, command, () -> accepts(port), START_LIMIT));
    }

    /// Stops the master and its workers at once.
    @Override
    public void close() throws IOException {
        service.close();
    }

    private static String configuration(Account workers, String site) {
        String user = Account.weAreRoot() ? "user " + workers.user() + ";\n" : "";
        return user + """
                worker_processes 1;
                pid pid;
                error_log stderr;
                events {
                    worker_connections 1024;
                }
                http {
                    include /etc/nginx/mime.types;
                    default_type application/octet-stream;
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;

                """ + site + "}\n";
    }

    private static boolean accepts(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }
}
