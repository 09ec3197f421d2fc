package dev.aloft.backup.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The folders in which client programs are looked for, and the maker whose programs are taken where there are those of
/// both. Safe for many threads.
final class ClientPrograms {

    private static final int MAX_VERSION_BYTES = 4 << 10;
    private static final int VERSION_SECONDS = 30;

    private final List<Path> folders;
    private final Maker preferred;

    /// Makers of the programs whose names do not tell.
    private final ConcurrentHashMap<Path, Maker> makers;

    /// A client program, under MariaDB's name and under the one that MariaDB had for it before, which is MySQL's.
    enum Tool {
        SQL("mariadb", "mysql"),
        DUMP("mariadb-dump", "mysqldump"),
        LOG("mariadb-binlog", "mysqlbinlog");

        private final String name;
        private final String sharedName;

        Tool(String name, String sharedName) {
            this.name = name;
            this.sharedName = sharedName;
        }
    }

    /// A program that is installed.
    record Program(Path path, Maker maker) {}

    private ClientPrograms(List<Path> folders, Maker preferred, ConcurrentHashMap<Path, Maker> makers) {
        this.folders = List.copyOf(folders);
        this.preferred = preferred;
        this.makers = makers;
    }

    /// Programs of these folders, those of MariaDB first.
    static ClientPrograms in(List<Path> folders) {
        return new ClientPrograms(folders, Maker.MARIADB, new ConcurrentHashMap<>());
    }

    /// The folders of `PATH`.
    static ClientPrograms installed() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return in(Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList());
    }

    /// The same folders, with the programs of this maker first.
    ClientPrograms preferring(Maker maker) {
        return new ClientPrograms(folders, maker, makers);
    }

    List<Path> folders() {
        return folders;
    }

    /// The program as it is installed, that of the preferred maker first. A binary log is read by no other.
    ///
    /// @throws DatabaseException when it is not installed
    Program locate(Tool tool) throws IOException {
        Optional<Program> found = locate(tool, preferred);
        if (found.isEmpty() && tool != Tool.LOG) {
            found = locate(tool, preferred == Maker.MARIADB ? Maker.MYSQL : Maker.MARIADB);
        }
        return found.orElseThrow(() -> new DatabaseException(
                Kind.MACHINE,
                "there is no " + (preferred == Maker.MARIADB ? tool.name : tool.sharedName + " of " + preferred)
                        + " in PATH",
                "install the client programs of " + preferred + " (Debian: " + preferred.clientPackage() + ")"));
    }

    private Optional<Program> locate(Tool tool, Maker maker) throws IOException {
        for (String name : maker == Maker.MARIADB ? List.of(tool.name, tool.sharedName) : List.of(tool.sharedName)) {
            for (Path folder : folders) {
                Path program = folder.resolve(name);
                if (Files.isExecutable(program) && maker(program) == maker) {
                    return Optional.of(new Program(program, maker));
                }
            }
        }
        return Optional.empty();
    }

    private Maker maker(Path program) throws IOException {
        if (String.valueOf(program.getFileName()).startsWith("mariadb")) {
            return Maker.MARIADB;
        }
        Maker known = makers.get(program);
        if (known == null) {
            known = Maker.ofProgram(version(program));
            makers.put(program, known);
        }
        return known;
    }

    private static String version(Path program) throws IOException {
        Process process = new ProcessBuilder(program.toString(), "--no-defaults", "--version")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try (InputStream text = process.getInputStream()) {
            if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return new String(text.readNBytes(MAX_VERSION_BYTES), UTF_8);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + program);
        }
    }
}
