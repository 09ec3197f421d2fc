package dev.aloft.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// Permissions of files, in the notation of `ls -l`, independent of the process's umask.
final class Modes {

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private Modes() {}

    static void set(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /// Writes a small file that only we may read; whole, or not at all.
    static void writeSecret(Path file, String text) throws IOException {
        write(file, text, draft -> set(draft, "rw-------"));
    }

    /// Writes a small file that we and one other account may read, and that account may not write; whole, or not at
    /// all. When the account is our own, we take the right to write from ourselves.
    static void writeSecretFor(Account reader, Path file, String text) throws IOException {
        write(file, text, draft -> {
            if (Account.weAreRoot()) {
                reader.ownGroup(draft);
                set(draft, "rw-r-----");
            } else {
                set(draft, "r--------");
            }
        });
    }

    private static void write(Path file, String text, Adjustment adjustment) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".new", PRIVATE);
        try {
            Files.writeString(draft, text);
            adjustment.apply(draft);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private interface Adjustment {
        void apply(Path draft) throws IOException;
    }
}
