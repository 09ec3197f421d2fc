package dev.aloft.backup.database;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A maker of database servers and of client programs for them, with what only its own programs know.
enum Maker {
    MARIADB("MariaDB", "mariadb-client"),
    MYSQL("MySQL", "mysql-client");

    private static final Pattern PROGRAM_VERSION = Pattern.compile("\\bVer (\\d+)\\.");

    /// The programs of MySQL have had the server's number since 8.0. Those of MariaDB have numbers of their own.
    private static final int FIRST_COMMON_VERSION = 8;

    private final String title;
    private final String clientPackage;

    Maker(String title, String clientPackage) {
        this.title = title;
        this.clientPackage = clientPackage;
    }

    /// The maker of a server, from what it answers to `SELECT VERSION()`.
    static Maker ofServer(String version) {
        return version.contains("MariaDB") ? MARIADB : MYSQL;
    }

    /// The maker of a client program, from what it prints for `--version`. `mariadb-binlog` prints only a number.
    static Maker ofProgram(String version) {
        Matcher number = PROGRAM_VERSION.matcher(version);
        return !version.contains("MariaDB")
                        && number.find()
                        && (Integer.parseInt(number.group(1)) >= FIRST_COMMON_VERSION)
                ? MYSQL
                : MARIADB;
    }

    /// Package of the client programs, as Debian names it.
    String clientPackage() {
        return clientPackage;
    }

    /// Options of every client program. MySQL sends a password over a connection without TLS only after it has the
    /// server's key, for which its programs do not ask by themselves.
    List<String> connectOptions() {
        return switch (this) {
            case MARIADB -> List.of();
            case MYSQL -> List.of("--get-server-public-key");
        };
    }

    /// Options of every dump. Without its own, one of MySQL sets global transaction ids, and needs the privilege
    /// PROCESS.
    List<String> dumpOptions() {
        return switch (this) {
            case MARIADB -> List.of();
            case MYSQL -> List.of("--set-gtid-purged=OFF", "--no-tablespaces");
        };
    }

    /// Options by which a dump names its position in the binary log. A server of MariaDB knows that of a transaction's
    /// view. Of one of MySQL it is read by [DumpPlace].
    List<String> positionOptions() {
        return switch (this) {
            case MARIADB -> List.of("--master-data=2", "--gtid");
            case MYSQL -> List.of();
        };
    }

    /// The option that gives a reader of the binary log the number of a replica.
    String replicaOption() {
        return switch (this) {
            case MARIADB -> "--stop-never-slave-server-id";
            case MYSQL -> "--connection-server-id";
        };
    }

    /// Options of the program that makes statements of a binary log. A server of MySQL skips a transaction whose id it
    /// has seen, and it has seen all of its own.
    List<String> decodeOptions() {
        return switch (this) {
            case MARIADB -> List.of();
            case MYSQL -> List.of("--skip-gtids");
        };
    }

    /// The server's variable that compresses the events of its binary log, which [ReplayFilter] then cannot divide by
    /// databases.
    String compressionVariable() {
        return switch (this) {
            case MARIADB -> "log_bin_compress";
            case MYSQL -> "binlog_transaction_compression";
        };
    }

    /// The expression that tells one server from another.
    String identity() {
        return switch (this) {
            case MARIADB -> "CONCAT_WS(' ', @@server_id, @@hostname, @@port)";
            case MYSQL -> "@@server_uuid";
        };
    }

    @Override
    public String toString() {
        return title;
    }
}
