package dev.aloft.backup.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Client programs of which one is a script.
final class Programs {

    private Programs() {}

    /// @param folder in which the script is put
    static ClientPrograms with(Path folder, String name, String script) throws IOException {
        return with(folder, name, script, ClientPrograms.installed());
    }

    /// @param others that are found after it
    static ClientPrograms with(Path folder, String name, String script, ClientPrograms others) throws IOException {
        Path own = Files.createTempDirectory(folder, "programs");
        Path program = Files.writeString(own.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        List<Path> folders = new ArrayList<>(List.of(own));
        folders.addAll(others.folders());
        return ClientPrograms.in(folders);
    }
}
