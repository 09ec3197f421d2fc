package dev.aloft.cli.doctor;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds code of WordPress that PHP can change: its folders, and files that are executed or configure what is. For one
/// thread.
final class CodeFiles extends SimpleFileVisitor<Path> {

    private static final int MAX_EXAMINED = 50_000;

    /// Folders that have code at any depth.
    private static final List<String> FOLDERS =
            List.of("wp-content/mu-plugins", "wp-content/plugins", "wp-content/themes", "wp-admin", "wp-includes");

    private static final List<String> ENDINGS = List.of(".php", ".js", ".htaccess", ".user.ini");

    private final Set<String> php;
    private int examined;
    private boolean isIncomplete;
    private @Nullable Path writable;

    /// @param php the names of PHP's user and group
    CodeFiles(Set<String> php) {
        this.php = php;
    }

    /// The first that PHP can change, in the folder of a WordPress.
    Optional<Path> writable(Path wordPress) throws IOException {
        walk(wordPress, 1);
        walk(wordPress.resolve("wp-content"), 1);
        for (String folder : FOLDERS) {
            walk(wordPress.resolve(folder), Integer.MAX_VALUE);
        }
        return Optional.ofNullable(writable);
    }

    /// The number of files and folders that were examined.
    int examined() {
        return examined;
    }

    /// True if there are more, or some could not be read.
    boolean isIncomplete() {
        return isIncomplete;
    }

    private void walk(Path folder, int depth) throws IOException {
        if (Files.exists(folder) && writable == null) {
            Path _ = Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, this);
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        return examine(folder);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        boolean isCode =
                attributes.isRegularFile() && ENDINGS.stream().anyMatch(String.valueOf(file.getFileName())::endsWith);
        return isCode ? examine(file) : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        isIncomplete = true;
        return FileVisitResult.CONTINUE;
    }

    private FileVisitResult examine(Path path) throws IOException {
        if (examined == MAX_EXAMINED) {
            isIncomplete = true;
            return FileVisitResult.TERMINATE;
        }
        examined++;
        PosixFileAttributes file = Files.readAttributes(path, PosixFileAttributes.class);
        Set<PosixFilePermission> mode = file.permissions();
        if (mode.contains(PosixFilePermission.OTHERS_WRITE)
                || (mode.contains(PosixFilePermission.GROUP_WRITE)
                        && php.contains(file.group().getName()))
                || (mode.contains(PosixFilePermission.OWNER_WRITE)
                        && php.contains(file.owner().getName()))) {
            writable = path;
            return FileVisitResult.TERMINATE;
        }
        return FileVisitResult.CONTINUE;
    }
}
