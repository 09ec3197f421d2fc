package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The folders in which MariaDB's client programs are looked for.
record ClientPrograms(List<Path> folders) {

    /// A client program, under its name and under the name that MariaDB had for it before.
    enum Tool {
        SQL("mariadb", "mysql"),
        DUMP("mariadb-dump", "mysqldump"),
        LOG("mariadb-binlog", "mysqlbinlog");

        private final String name;
        private final String formerName;

        Tool(String name, String formerName) {
            this.name = name;
            this.formerName = formerName;
        }
    }

    ClientPrograms {
        folders = List.copyOf(folders);
    }

    /// The folders of `PATH`.
    static ClientPrograms installed() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return new ClientPrograms(Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList());
    }

    /// The program as it is installed, MariaDB's own name first.
    ///
    /// @throws DatabaseException when it is not installed
    Path locate(Tool tool) throws DatabaseException {
        return Stream.of(tool.name, tool.formerName)
                .flatMap(file -> folders.stream().map(folder -> folder.resolve(file)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new DatabaseException(
                        Kind.MACHINE,
                        "there is no " + tool.name + " in PATH",
                        "install MariaDB's client programs (Debian: mariadb-client)"));
    }
}
