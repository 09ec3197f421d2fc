package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.ClientPrograms.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The installed program that dumps databases. `mysqldump` is a name of MariaDB's program and of MySQL's, and they have
/// options that the other does not know.
enum DumpProgram {
    MARIADB,
    MYSQL;

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);
    private static final int MAX_VERSION_BYTES = 4 << 10;

    /// Finds out which one is installed; asks only a program whose name does not tell.
    static DumpProgram of(DatabaseAccess access) throws IOException {
        return access.programs().locate(Tool.DUMP).endsWith("mariadb-dump")
                        || version(access).contains("MariaDB")
                ? MARIADB
                : MYSQL;
    }

    private static String version(DatabaseAccess access) throws IOException {
        String attempt = "read the version of mysqldump";
        StringBuilder text = new StringBuilder();
        try (ClientRun run = ClientRun.start(access, Tool.DUMP, List.of("--version"))) {
            run.input().close();
            Transfer transfer = new Transfer(run);
            transfer.run(attempt, SILENCE_LIMIT, () -> {
                text.append(new String(transfer.heard().readNBytes(MAX_VERSION_BYTES), UTF_8));
            });
            run.requireSuccess(attempt);
        }
        return text.toString();
    }

    /// Options of every dump. Without its own, one of MySQL sets global transaction ids, and needs the privilege
    /// PROCESS.
    List<String> options() {
        return switch (this) {
            case MARIADB -> List.of();
            case MYSQL -> List.of("--set-gtid-purged=OFF", "--no-tablespaces");
        };
    }

    /// Options by which a dump names its position in the binary log.
    List<String> positionOptions() {
        return switch (this) {
            case MARIADB -> List.of("--master-data=2", "--gtid");
            case MYSQL -> List.of("--source-data=2");
        };
    }
}
