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

/// What S3 does well and [Files] has no word for, on paths of `s3://`.
///
/// The exceptions are those of `java.nio.file`; a path of another file system is a
/// [java.nio.file.ProviderMismatchException]. Safe for many threads.
public final class S3Files {

    private S3Files() {}

    /// Writes a file whole, or leaves it as it was: when `writing` throws, nothing of it is published.
    public static void write(Path target, Writing writing) throws IOException {
        write(target, WriteCondition.always(), writing);
    }

    /// The version of a file: what [#replace] asks for.
    public static String version(Path file) throws IOException {
        S3Path path = S3Path.own(file);
        return path.getFileSystem().operations().stat(path).etag();
    }

    /// Writes a file whole, if it is still this version. Of many that try, one succeeds.
    ///
    /// @param version what [#version] said
    /// @throws FileSystemException when another version is there, or none
    public static void replace(Path target, String version, Writing writing) throws IOException {
        write(target, WriteCondition.ifVersion(version), writing);
    }

    /// Writes a local file to S3. Readers see the old file or the new one, at every moment;
    /// [Files#copy(Path, Path, java.nio.file.CopyOption...)] with `REPLACE_EXISTING` deletes the old one first.
    public static void upload(Path local, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(local)) {
            write(target, in::transferTo);
        }
    }

    /// Every file below a directory, with a LIST for a thousand; the attributes of each are known for a second.
    /// The stream throws [java.io.UncheckedIOException].
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

    /// Removes a directory with everything below it, a thousand files in a request; or a file. Not atomic.
    public static void deleteTree(Path path) throws IOException {
        S3Path own = S3Path.own(path);
        own.getFileSystem().operations().deleteTree(own);
    }

    /// Renames a directory with everything below it, file by file, within its bucket; or a file. Not atomic: when
    /// it fails half-way, every file is at one of its two names, or at both.
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
        /// @param out need not be closed
        void to(OutputStream out) throws IOException;
    }
}
