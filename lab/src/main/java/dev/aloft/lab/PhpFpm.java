package dev.aloft.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A php-fpm of our own: one master with one pool, which speaks FastCGI on a Unix socket that only its workers'
/// user may open, as a web server of Debian's does.
///
/// Its workers run as the user `www-data` when we are root. They run files named `.php` only, as the whole path of
/// the request says (`cgi.fix_pathinfo=0`). PHP's errors and the master's messages are in the logs `php-…` of the
/// data folder, temporary files are in a folder that only the workers may read.
///
/// The caller closes it, which aborts requests in progress.
public final class PhpFpm implements AutoCloseable {

    private static final String WORKERS_USER = "www-data";
    private static final String PROGRAM = "php-fpm8.2";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final int WORKERS = 8;
    private static final int REQUEST_LIMIT_SECONDS = 300;

    private final Path socket;
    private final Service service;

    private PhpFpm(Path socket, Service service) {
        this.socket = socket;
        this.service = service;
    }

    /// Starts a pool and waits until it takes connections.
    ///
    /// @param progress gets a line for each step
    /// @throws IOException when it cannot be started; the message has its last words
    public static PhpFpm start(DataFolder data, PhpPool pool, Consumer<String> progress) throws IOException {
        Account workers = Account.of(WORKERS_USER);
        workers.requireAccess(data.path());
        String name = "php-" + pool.name();
        progress.accept("starting " + PROGRAM + " for " + pool.name());
        Path socket = data.socket(name + ".sock");
        Path configuration = data.path().resolve(name + ".conf");
        Path temporary = data.path().resolve(name + ".tmp");
        Path errors = data.log(name + "-errors");
        workers.makePrivate(temporary);
        if (!Files.exists(errors)) {
            Files.createFile(errors);
            workers.own(errors);
        }
        Modes.writeSecret(
                configuration, configuration(pool, socket, data.log(name), settings(pool, temporary, errors), workers));
        Command master = Command.of(
                PROGRAM,
                "--nodaemonize",
                "--fpm-config",
                configuration.toString(),
                // For the whole process or not at all: a pool cannot set it.
                "-d",
                "opcache.enable=1");
        return new PhpFpm(socket, Service.start(data, name, master, () -> accepts(socket), START_LIMIT));
    }

    /// The group of the users that PHP programs run as, if it is not our own: a socket for them is given to it.
    public static Optional<String> workerGroup() {
        return Account.weAreRoot() ? Optional.of(WORKERS_USER) : Optional.empty();
    }

    /// The Unix socket that speaks FastCGI.
    public Path socket() {
        return socket;
    }

    /// Stops the master and its workers at once.
    @Override
    public void close() throws IOException {
        service.close();
    }

    private static Map<String, String> settings(PhpPool pool, Path temporary, Path errors) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cgi.fix_pathinfo", "0");
        settings.put("sys_temp_dir", temporary.toString());
        settings.put("upload_tmp_dir", temporary.toString());
        settings.put("log_errors", "1");
        settings.put("display_errors", "0");
        settings.put("upload_max_filesize", "64M");
        settings.put("post_max_size", "64M");
        settings.put("memory_limit", "256M");
        settings.put("expose_php", "0");
        settings.putAll(new TreeMap<>(pool.values()));
        settings.put("error_log", errors.toString());
        return settings;
    }

    private static String configuration(
            PhpPool pool, Path socket, Path log, Map<String, String> settings, Account workers) {
        StringBuilder text = new StringBuilder();
        text.append("[global]\nerror_log = \"%s\"\n".formatted(log));
        text.append("[%s]\n".formatted(pool.name()));
        if (Account.weAreRoot()) {
            text.append("user = %1$s\ngroup = %1$s\nlisten.owner = %1$s\n".formatted(workers.user()));
        }
        text.append("""
                listen = "%s"
                listen.mode = 0600
                pm = dynamic
                pm.max_children = %d
                pm.start_servers = 2
                pm.min_spare_servers = 1
                pm.max_spare_servers = %2$d
                request_terminate_timeout = %d
                security.limit_extensions = .php
                catch_workers_output = yes
                decorate_workers_output = no
                clear_env = yes
                """.formatted(socket, WORKERS, REQUEST_LIMIT_SECONDS));
        new TreeMap<>(pool.environment())
                .forEach((variable, value) -> text.append("env[%s] = \"%s\"\n".formatted(variable, value)));
        // The log may be changed by programs: WordPress does so in debug mode.
        settings.forEach((setting, value) -> text.append("%s[%s] = \"%s\"\n"
                .formatted(setting.equals("error_log") ? "php_value" : "php_admin_value", setting, value)));
        return text.toString();
    }

    private static boolean accepts(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        }
    }
}
