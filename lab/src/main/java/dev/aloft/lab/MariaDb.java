package dev.aloft.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A MariaDB of our own: its data in the data folder, on a Unix socket, not on the network.
///
/// It runs as the user `mysql` when we are root. Its only administrator is the system user of this process;
/// others log in with a password. A committed change survives the end of the server, however it ends, but not
/// necessarily a power loss. A second start on the same folder finds the databases again.
///
/// The caller closes it, after its clients.
public final class MariaDb implements AutoCloseable {

    private static final String NAME = "mariadb";
    private static final Duration INSTALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int PASSWORD_LENGTH = 24;
    private static final Pattern DATABASE_NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    private final DataFolder data;
    private final Path socket;
    private final Service service;

    private MariaDb(DataFolder data, Path socket, Service service) {
        this.data = data;
        this.socket = socket;
        this.service = service;
    }

    /// Starts the server and waits until it answers.
    ///
    /// @param progress gets a line for each step
    /// @throws IOException when it cannot be started; the message has its last words
    public static MariaDb start(DataFolder data, Consumer<String> progress) throws IOException {
        return start(data, List.of("--skip-log-bin"), progress);
    }

    /// The same with a binary log in row format.
    public static MariaDb startWithLog(DataFolder data, Consumer<String> progress) throws IOException {
        return start(data, List.of("--log-bin=bin", "--binlog-format=ROW", "--server-id=1"), progress);
    }

    private static MariaDb start(DataFolder data, List<String> logging, Consumer<String> progress) throws IOException {
        Account account = Account.of("mysql");
        account.requireAccess(data.path());
        Path home = data.path().resolve(NAME);
        if (!Files.isDirectory(home)) {
            progress.accept("creating MariaDB's data in " + home);
            install(home, account);
        }
        progress.accept("starting MariaDB");
        Path socket = data.socketFolder(NAME, account).resolve("sock");
        Service service =
                Service.start(data, NAME, server(home, socket, account, logging), () -> greets(socket), START_LIMIT);
        return new MariaDb(data, socket, service);
    }

    /// Gives a database and its user, made when they are missing; the password is kept in the data folder.
    ///
    /// @param name of both: lower-case letters, digits and underscores, at most 32
    public Database database(String name) throws IOException {
        if (!DATABASE_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a database's name matches " + DATABASE_NAME + ", got \"" + name + "\"");
        }
        String password = Secrets.open(data.path().resolve(NAME + ".secrets")).findOrMake(name, PASSWORD_LENGTH);
        execute("""
                CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;
                CREATE USER IF NOT EXISTS %1$s@localhost;
                SET PASSWORD FOR %1$s@localhost = PASSWORD('%2$s');
                GRANT ALL ON %1$s.* TO %1$s@localhost;
                GRANT ALL ON `%1$s\\_aloft\\_%%`.* TO %1$s@localhost;
                """.formatted(name, password));
        return new Database(socket, name, name, password);
    }

    /// The server's Unix socket.
    public Path socket() {
        return socket;
    }

    /// Stops the server, which first writes everything to its files.
    @Override
    public void close() throws IOException {
        service.close();
    }

    /// Made beside its place and then moved there, so that an interrupted start leaves nothing half-made.
    private static void install(Path home, Account account) throws IOException {
        Path draft = home.resolveSibling(NAME + ".new");
        FolderTree.delete(draft);
        account.makePrivate(draft);
        Command.of(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--user=" + account.user(),
                        "--datadir=" + draft,
                        "--auth-root-authentication-method=socket",
                        "--auth-root-socket-user=" + Account.ours(),
                        "--skip-test-db")
                .withLimit(INSTALL_LIMIT)
                .run();
        Files.move(draft, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Command server(Path home, Path socket, Account account, List<String> logging) {
        List<String> words = new ArrayList<>(List.of(
                "mariadbd",
                "--no-defaults",
                "--user=" + account.user(),
                "--datadir=" + home,
                "--socket=" + socket,
                "--pid-file=" + home.resolve("mariadbd.pid"),
                "--skip-networking",
                "--performance-schema=off",
                "--innodb-buffer-pool-size=64M",
                // Asynchronous input and output needs more locked memory than an ordinary user may have.
                "--innodb-use-native-aio=0",
                // To the system at each commit, to the disk once a second.
                "--innodb-flush-log-at-trx-commit=2"));
        words.addAll(logging);
        return Command.of(words);
    }

    /// The server speaks first, as soon as it takes connections.
    private static boolean greets(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket)) && channel.read(ByteBuffer.allocate(1)) == 1;
        }
    }

    private void execute(String statements) throws IOException {
        Command.of("mariadb", "--no-defaults", "--socket=" + socket, "--user=" + Account.ours())
                .withInput(statements)
                .run();
    }
}
