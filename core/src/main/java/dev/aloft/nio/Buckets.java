package dev.aloft.nio;

import dev.aloft.files.FileErrors;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Copies and moves between two buckets, whose S3s may not know each other: the bytes travel through this
/// process.
final class Buckets {

    private Buckets() {}

    static void copy(S3Path source, S3Path target, boolean replace) throws IOException {
        if (source.getFileSystem().operations().attributes(source).isDirectory()) {
            makeRoom(target, replace, true);
            Files.createDirectory(target);
            return;
        }
        makeRoom(target, replace, false);
        String type = source.getFileSystem().operations().stat(source).contentType();
        WriteCondition condition = replace ? WriteCondition.always() : WriteCondition.ifAbsent();
        S3OutputStream out = target.getFileSystem().operations().output(target, type, condition);
        try (InputStream in = Files.newInputStream(source)) {
            in.transferTo(out);
        } catch (IOException | RuntimeException e) {
            out.abort();
            throw e;
        }
        out.close();
    }

    static void move(S3Path source, S3Path target, boolean replace) throws IOException {
        if (Files.isDirectory(source)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(source)) {
                if (entries.iterator().hasNext()) {
                    throw FileErrors.notEmpty(source.toString());
                }
            }
        }
        copy(source, target, replace);
        Files.delete(source);
    }

    private static void makeRoom(S3Path target, boolean replace, boolean forDirectory) throws IOException {
        if (!replace && Files.exists(target)) {
            throw FileErrors.alreadyExists(target.toString());
        }
        if (replace && (forDirectory || Files.isDirectory(target))) {
            Files.deleteIfExists(target);
        }
    }
}
