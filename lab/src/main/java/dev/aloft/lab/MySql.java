package dev.aloft.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// A MySQL of our own, with a binary log and global transaction ids: its data in the data folder, on a Unix socket, not
/// on the network. Debian has none, so tests that need it are skipped where no folder has its programs.
///
/// Its administrator is `root` without a password. The caller closes it, after its clients.
public final class MySql implements AutoCloseable {

    /// Names the folder of `mysqld`, `mysql`, `mysqldump` and `mysqlbinlog`.
    public static final String VARIABLE = "ALOFT_MYSQL";

    private static final String NAME = "mysql";
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(2);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path socket;
    private final Service service;

    private MySql(Path socket, Service service) {
        this.socket = socket;
        this.service = service;
    }

    /// The folder of its programs: that of the environment variable, or the one in `PATH` that has `mysqld`. MariaDB's
    /// packages have a link of that name, which does not count.
    public static Optional<Path> programs() {
        Optional<Path> named = Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
        return named.isPresent()
                ? named
                : Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(Path::of)
                        .filter(folder -> Files.isExecutable(folder.resolve("mysqld"))
                                && !Files.exists(folder.resolve("mariadbd")))
                        .findFirst();
    }

    /// Starts a new server and waits until it answers.
    ///
    /// @param programs the folder of its programs
    /// @param options more options of the server
    public static MySql start(DataFolder data, Path programs, String... options) throws IOException {
        Path home = data.path().resolve(NAME);
        String server = programs.resolve("mysqld").toString();
        String user = "--user=" + Account.ours();
        Command.of(server, "--no-defaults", "--initialize-insecure", user, "--datadir=" + home)
                .withLimit(INSTALL_LIMIT)
                .run();
        Path socket = data.socket("mysql.sock");
        Command command = Command.of(Stream.concat(
                        Stream.of(
                                server,
                                "--no-defaults",
                                user,
                                "--datadir=" + home,
                                "--socket=" + socket,
                                "--pid-file=" + home.resolve("mysqld.pid"),
                                "--skip-networking",
                                "--mysqlx=OFF",
                                "--secure-file-priv=NULL",
                                "--performance-schema=OFF",
                                "--log-bin=bin",
                                "--server-id=1",
                                "--gtid-mode=ON",
                                "--enforce-gtid-consistency=ON",
                                "--innodb-buffer-pool-size=64M",
                                "--innodb-use-native-aio=0",
                                "--innodb-flush-log-at-trx-commit=2"),
                        Stream.of(options))
                .toList());
        Service service = Service.start(data, NAME, command, () -> greets(socket), START_LIMIT);
        return new MySql(socket, service);
    }

    /// The server's Unix socket.
    public Path socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        service.close();
    }

    /// The server speaks first, as soon as it takes connections.
    private static boolean greets(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket)) && channel.read(ByteBuffer.allocate(1)) == 1;
        }
    }
}
