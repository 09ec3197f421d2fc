package dev.aloft.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// A web server of our own, which runs one site's configuration.
///
/// As root, its workers run as the user `www-data`, as PHP's do, so that php-fpm admits them. Its temporary files and
/// its log are in the data folder; Debian's own configuration is not read.
///
/// The caller closes it, which aborts requests in progress.
public final class WebServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Service service;

    private WebServer(Service service) {
        this.service = service;
    }

    /// Starts it and waits until it takes connections.
    ///
    /// @param name distinguishes the servers of one data folder
    /// @param site what a package of Debian's would have in a file of its own for one site
    /// @param listen where `site` says that it listens
    /// @param progress gets a line for each step
    /// @throws IOException when it cannot be started; the message has its last words
    public static WebServer start(
            DataFolder data,
            WebServerKind kind,
            String name,
            String site,
            InetSocketAddress listen,
            Consumer<String> progress)
            throws IOException {
        Account workers = Account.of("www-data");
        workers.requireAccess(data.path());
        progress.accept("starting " + kind + " on port " + listen.getPort());
        String service = kind + "-" + name;
        Path folder = Files.createDirectories(data.path().resolve(service));
        Modes.set(folder, "rwxr-xr-x");
        workers.own(folder);
        Path configuration =
                Files.writeString(folder.resolve("configuration"), kind.configuration(folder, workers, site));
        Command command = kind.command(folder, workers, configuration);
        return new WebServer(Service.start(data, service, command, () -> accepts(listen), START_LIMIT));
    }

    /// Stops it at once.
    @Override
    public void close() throws IOException {
        service.close();
    }

    private static boolean accepts(InetSocketAddress listen) throws IOException {
        try (Socket socket = new Socket(listen.getAddress(), listen.getPort())) {
            return socket.isConnected();
        }
    }
}
