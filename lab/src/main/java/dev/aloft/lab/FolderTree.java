package dev.aloft.lab;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.function.Predicate;

/// Copying, write protection and removal of whole folders. Nothing here is atomic.
final class FolderTree {

    private static final int DEPTH_LIMIT = 64;

    private FolderTree() {}

    /// Copies a folder so that the copy has no links: each is replaced by the file or folder that it leads to. A link
    /// that leads nowhere is left out. Files become `rw-r--r--` and folders `rwxr-xr-x`, owned by our user.
    ///
    /// @param wanted says of a path below the folder, relative to it, whether it is copied
    static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
        Files.walkFileTree(from, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH_LIMIT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path relative = from.relativize(folder);
                if (!folder.equals(from) && !wanted.test(relative)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Path made = Files.createDirectories(to.resolve(relative.toString()));
                Modes.set(made, "rwxr-xr-x");
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path relative = from.relativize(file);
                if (attributes.isRegularFile() && wanted.test(relative)) {
                    Path copy = to.resolve(relative.toString());
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                    Modes.set(copy, "rw-r--r--");
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Takes our own right to write from every file and folder; an ordinary user's servers run as that user.
    static void makeReadOnly(Path tree) throws IOException {
        setModes(tree, "r--r--r--", "r-xr-xr-x");
    }

    /// Removes a folder with all that is in it, read-only or not; links are removed, not followed.
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (!Files.isWritable(folder)) {
                    Modes.set(folder, "rwx------");
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void setModes(Path tree, String fileMode, String folderMode) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Modes.set(file, fileMode);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Modes.set(folder, folderMode);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
