package dev.aloft.nio;

import dev.aloft.files.WholeTrees.Leaf;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Operations on `s3://` paths that S3 does well and [Files] does not have.
///
/// The exceptions are those of `java.nio.file`; a path of another file system is a
/// [java.nio.file.ProviderMismatchException]. Safe for many threads.
public final class S3Files {

    private S3Files() {}

    /// Writes a file whole, replacing any version, or leaves it as it was: when `writing` throws, its exception is
    /// passed on and nothing is published.
    ///
    /// @throws java.nio.file.AccessDeniedException if S3 refuses the write
    /// @throws FileSystemException if S3 fails or the target is a directory
    public static void write(Path target, Writing writing) throws IOException {
        write(target, WriteCondition.always(), writing);
    }

    /// The version of a file for [#replace]: its entity tag (RFC 9110 §8.8.3), quotes included. It may be up to 1 s
    /// behind another host.
    ///
    /// @throws java.nio.file.NoSuchFileException if no file is at the path
    public static String version(Path file) throws IOException {
        S3Path path = S3Path.own(file);
        return path.getFileSystem().operations().stat(path).etag();
    }

    /// Writes a file whole if it still is this version (`If-Match`, RFC 9110 §13.1.1). Of several writers with the same
    /// version, one succeeds.
    ///
    /// @param version from [#version]
    /// @throws FileSystemException when another version is there, or none
    public static void replace(Path target, String version, Writing writing) throws IOException {
        write(target, WriteCondition.ifVersion(version), writing);
    }

    /// Writes a local file to S3. Readers see the old file or the new one, at every moment;
    /// [Files#copy(Path, Path, java.nio.file.CopyOption...)] with `REPLACE_EXISTING` deletes the old one first.
    ///
    /// @param local a path of any file system
    /// @throws IOException if the local file cannot be read, or as [#write] fails
    public static void upload(Path local, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(local)) {
            write(target, in::transferTo);
        }
    }

    /// Every file below a directory, in the order of the paths' UTF-8 bytes, directories not included. One LIST
    /// brings a thousand files, as the stream is read; the attributes of each path are valid for 1 s without a
    /// request. The stream throws [java.io.UncheckedIOException].
    ///
    /// @throws java.nio.file.NoSuchFileException if nothing is at the path
    /// @throws java.nio.file.NotDirectoryException if a file is
    public static Stream<Path> walk(Path directory) throws IOException {
        S3Path top = S3Path.own(directory);
        Operations operations = top.getFileSystem().operations();
        int prefix = top.file().isRoot() ? 0 : top.file().value().length() + 1;
        long moment = operations.moment();
        Stream<Leaf> leaves = Failures.worded(top, () -> operations.trees().walk(top.file()));
        return leaves.map(leaf -> {
            S3Attributes attributes = S3Attributes.ofFile(leaf.size(), leaf.modified());
            S3Path path = top.resolve(
                    S3Path.parse(top.getFileSystem(), leaf.path().value().substring(prefix)));
            return path.with(new Listed(attributes, moment, System.nanoTime(), null));
        });
    }

    /// Deletes a directory with everything below it, a thousand files in a request; or a file. Not atomic.
    ///
    /// @throws java.nio.file.NoSuchFileException if nothing is at the path
    /// @throws FileSystemException for the first file that S3 did not delete; the others are gone
    public static void deleteTree(Path path) throws IOException {
        S3Path own = S3Path.own(path);
        own.getFileSystem().operations().deleteTree(own);
    }

    /// Renames a directory with everything below it, file by file, within its bucket; or a file. Not atomic: when
    /// it fails half-way, every file is at one of its two names, or at both.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if the target exists
    /// @throws java.nio.file.NoSuchFileException if nothing is at the source
    /// @throws FileSystemException if the paths are in two buckets, or the target is below the source
    public static void moveTree(Path source, Path target) throws IOException {
        S3Path from = S3Path.own(source);
        S3Path to = S3Path.own(target);
        if (!from.getFileSystem().equals(to.getFileSystem())) {
            throw new FileSystemException(from.toString(), to.toString(), "a tree is moved within its bucket");
        }
        from.getFileSystem().operations().moveTree(from, to);
    }

    private static void write(Path target, WriteCondition condition, Writing writing) throws IOException {
        S3Path path = S3Path.own(target);
        S3OutputStream out = path.getFileSystem().operations().output(path, null, condition);
        try {
            writing.to(out);
        } catch (IOException | RuntimeException | Error e) {
            out.abort();
            throw e;
        }
        out.close();
    }

    /// Writes the bytes of a file.
    public interface Writing {
        /// Writes all bytes of the file, in order.
        ///
        /// @param out need not be closed
        /// @throws IOException to give the write up; the file stays as it was
        void to(OutputStream out) throws IOException;
    }
}
