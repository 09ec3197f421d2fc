package dev.aloft.nio;

import dev.aloft.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// The provider of `s3://bucket/key` for `java.nio.file`; each bucket is a file system. The JDK finds it by itself.
///
/// [java.nio.file.FileSystems#newFileSystem(URI, Map)] opens a bucket with settings of its own;
/// [java.nio.file.Path#of(URI)] opens it with those of the environment unless it is open. A setting that is missing in
/// the map is taken from the environment. A URI holds neither endpoint nor credentials.
///
/// | key | variable | meaning | default |
/// | --- | --- | --- | --- |
/// | `endpoint` | `ALOFT_S3_ENDPOINT` | `http(s)://host[:port]` | AWS |
/// | `region` | `ALOFT_S3_REGION`, `AWS_REGION` | the region; required for AWS | `us-east-1` |
/// | `pathStyle` | `ALOFT_S3_PATH_STYLE` | `true` or `false` | as the provider needs it |
/// | `provider` | `ALOFT_S3_PROVIDER` | the make of S3, see below | `aws`; `other` with an endpoint |
/// | `timeout` | | a [java.time.Duration], the limit of one request | 20 s |
/// | `accessKey`, `secretKey` | | a pair of credentials | the AWS SDK's chain |
///
/// The makes are `aws`, `ceph`, `minio`, `r2`, `seaweedfs`, `versitygw`, `garage`, `embedded` and `other`.
///
/// Every method fails with the exceptions of `java.nio.file` that its supertype specifies, within the limit of a
/// request; `docs/reference/semantics.md` has the guarantees of each operation. Safe for many threads. A file system
/// is open until it is closed.
public final class S3FileSystemProvider extends FileSystemProvider {

    private final Map<String, String> environment;
    private final Map<String, S3FileSystem> fileSystems = new HashMap<>();

    /// For the JDK's service loader.
    public S3FileSystemProvider() {
        this(System.getenv());
    }

    S3FileSystemProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    /// `s3`.
    @Override
    public String getScheme() {
        return "s3";
    }

    /// Opens a bucket. Asks nothing of S3.
    ///
    /// @param settings the keys of the table above
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        String bucket = S3Uri.of(uri).bucket();
        synchronized (fileSystems) {
            if (fileSystems.containsKey(bucket)) {
                throw new FileSystemAlreadyExistsException("s3://" + bucket + " is open already");
            }
            return open(bucket, Connection.of(settings, environment));
        }
    }

    /// The bucket's file system, opened as the environment says if it is not open.
    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem(S3Uri.of(uri));
    }

    private S3FileSystem fileSystem(S3Uri uri) {
        synchronized (fileSystems) {
            S3FileSystem open = fileSystems.get(uri.bucket());
            return open != null ? open : open(uri.bucket(), Connection.ofEnvironment(environment, uri.bucket()));
        }
    }

    private S3FileSystem open(String bucket, Connection connection) {
        Store store = connection.open();
        try {
            S3FileSystem opened = new S3FileSystem(this, store, bucket);
            fileSystems.put(bucket, opened);
            return opened;
        } catch (IllegalArgumentException e) {
            store.close();
            throw e;
        }
    }

    void forget(S3FileSystem closed) {
        synchronized (fileSystems) {
            fileSystems.remove(closed.bucketName(), closed);
        }
    }

    /// The path of a URI, decoded once; a relative path begins at the bucket's root. Opens the bucket with the settings
    /// of the environment unless it is open. S3 is not asked.
    ///
    /// @throws IllegalArgumentException for a URI that is not `s3://bucket/key`
    /// @throws java.nio.file.FileSystemNotFoundException if the bucket is not open and the environment names no S3
    @Override
    public Path getPath(URI uri) {
        S3Uri parsed = S3Uri.of(uri);
        return S3Path.parse(fileSystem(parsed), parsed.path());
    }

    /// Opens the newest version for reading, with one GET. The stream gives the bytes of that version whatever is
    /// written meanwhile.
    ///
    /// @throws java.nio.file.NoSuchFileException if no file is at the path
    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
        for (OpenOption option : options) {
            if (option == StandardOpenOption.WRITE || option == StandardOpenOption.APPEND) {
                throw new UnsupportedOperationException("an input stream does not " + option);
            }
        }
        OpenMode mode = OpenMode.of(OpenMode.set(options));
        return mode.deleteOnClose()
                ? Channels.newInputStream(newByteChannel(path, OpenMode.set(options)))
                : operations(path).input(S3Path.own(path));
    }

    /// Opens a file for writing. The new version appears whole when the stream is closed; a failed or interrupted write
    /// leaves the file as it was.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException with `CREATE_NEW`, on open or on close, if the file exists
    ///     by then
    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        return operations(path).output(S3Path.own(path), OpenMode.ofOutput(OpenMode.set(options)));
    }

    /// Opens a file as [#newFileChannel] does.
    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    /// Opens a file at any position. Reads are ranged requests; writes stay in a temporary local file and are published
    /// as one version by `force` and `close`, on the condition that no other writer has changed the file meanwhile.
    ///
    /// @throws UnsupportedOperationException for file attributes
    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return channel(S3Path.own(path), OpenMode.of(options), attributes);
    }

    private static S3FileChannel channel(S3Path path, OpenMode mode, FileAttribute<?>... attributes)
            throws IOException {
        requireNone(attributes);
        return S3FileChannel.open(path, mode, path.getFileSystem().operations().open(path, mode));
    }

    /// Opens a file as [#newFileChannel] does; its operations run on the executor, or on virtual threads.
    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path,
            Set<? extends OpenOption> options,
            @Nullable ExecutorService executor,
            FileAttribute<?>... attributes)
            throws IOException {
        OpenMode mode = OpenMode.of(options);
        if (mode.append()) {
            throw new UnsupportedOperationException("an asynchronous channel has no end to APPEND to");
        }
        return new S3AsynchronousFileChannel(channel(S3Path.own(path), mode, attributes), mode, executor);
    }

    /// Lists a directory, one LIST for a thousand entries, as the stream is read. The paths carry the listed
    /// attributes, which are valid for 1 s unless this process changes the file.
    ///
    /// @throws java.nio.file.NotDirectoryException if a file is at the path
    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        Objects.requireNonNull(filter, "filter");
        return operations(directory).list(S3Path.own(directory), filter);
    }

    /// Makes a directory, and a marker for each missing directory above it.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if the path exists
    /// @throws UnsupportedOperationException for file attributes
    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        requireNone(attributes);
        operations(directory).createDirectory(S3Path.own(directory));
    }

    private static void requireNone(FileAttribute<?>... attributes) {
        if (attributes.length > 0) {
            throw new UnsupportedOperationException(
                    "S3 makes no file with " + attributes[0].name() + "; it has no permissions or owners");
        }
    }

    /// Deletes a file or an empty directory.
    ///
    /// @throws java.nio.file.NoSuchFileException if nothing is at the path
    /// @throws java.nio.file.DirectoryNotEmptyException if the directory holds anything
    @Override
    public void delete(Path path) throws IOException {
        operations(path).delete(S3Path.own(path));
    }

    /// Copies a file, or makes an empty directory for a directory. Within a bucket S3 copies the bytes; between two
    /// buckets they travel through this process.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException without `REPLACE_EXISTING`, if the target exists; between
    ///     hosts, S3 decides
    /// @throws UnsupportedOperationException for `ATOMIC_MOVE`
    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        List<CopyOption> wishes = Arrays.asList(options);
        if (wishes.contains(StandardCopyOption.ATOMIC_MOVE)) {
            throw new UnsupportedOperationException("a copy does not ATOMIC_MOVE");
        }
        boolean replace = Operations.replaces(wishes);
        S3Path from = S3Path.own(source);
        S3Path to = S3Path.own(target);
        if (sameName(from, to)) {
            from.getFileSystem().operations().attributes(from);
        } else if (from.getFileSystem().equals(to.getFileSystem())) {
            from.getFileSystem().operations().copy(from, to, replace);
        } else {
            Buckets.copy(from, to, replace);
        }
    }

    /// Renames a file or an empty directory: a copy, then a deletion. For a tree see [S3Files#moveTree].
    ///
    /// @throws java.nio.file.DirectoryNotEmptyException if the source is a directory that holds anything
    /// @throws AtomicMoveNotSupportedException for `ATOMIC_MOVE`
    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        List<CopyOption> wishes = Arrays.asList(options);
        S3Path from = S3Path.own(source);
        S3Path to = S3Path.own(target);
        if (wishes.contains(StandardCopyOption.ATOMIC_MOVE)) {
            throw new AtomicMoveNotSupportedException(
                    from.toString(), to.toString(), "S3 renames by copying and deleting");
        }
        if (wishes.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
            throw new UnsupportedOperationException("a move does not COPY_ATTRIBUTES");
        }
        boolean replace = Operations.replaces(wishes);
        if (sameName(from, to)) {
            from.getFileSystem().operations().attributes(from);
        } else if (from.getFileSystem().equals(to.getFileSystem())) {
            from.getFileSystem().operations().move(from, to, replace);
        } else {
            Buckets.move(from, to, replace);
        }
    }

    /// True for paths with the same normal form; there are no links. Both files must exist unless the paths are equal.
    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        S3Path own = S3Path.own(path);
        if (own.equals(Objects.requireNonNull(other, "other"))) {
            return true;
        }
        if (!(other instanceof S3Path that)) {
            return false;
        }
        operations(own).attributes(own);
        operations(that).attributes(that);
        return sameName(own, that);
    }

    private static boolean sameName(S3Path path, S3Path other) {
        return path.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    /// True for a name that begins with a dot, as on Unix.
    @Override
    public boolean isHidden(Path path) {
        Path name = S3Path.own(path).getFileName();
        return name != null && name.toString().startsWith(".");
    }

    /// The bucket. Its sizes are unknown and reported as [Long#MAX_VALUE].
    @Override
    public FileStore getFileStore(Path path) throws IOException {
        operations(path).attributes(S3Path.own(path));
        return new S3FileStore(S3Path.own(path).getFileSystem().bucketName());
    }

    /// Checks that the path exists. Read and write permissions are not checked in advance.
    ///
    /// @throws java.nio.file.NoSuchFileException if nothing is at the path
    /// @throws java.nio.file.AccessDeniedException for `EXECUTE` of a file; in a directory it means to look inside
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        operations(path).checkAccess(S3Path.own(path), modes);
    }

    /// True if a file or directory is at the path; false also where S3 does not answer.
    @Override
    public boolean exists(Path path, LinkOption... options) {
        try {
            return operations(path).exists(S3Path.own(path));
        } catch (IOException e) {
            return false; // the JDK's answer for an unknown result
        }
    }

    /// Reads the basic attributes: size in bytes, one time in whole seconds, and whether it is a directory. They may be
    /// up to 1 s behind another host.
    ///
    /// @throws UnsupportedOperationException for another type than [BasicFileAttributes]
    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        requireBasic(type);
        return type.cast(operations(path).attributes(S3Path.own(path)));
    }

    /// Reads the basic attributes as [#readAttributes(Path, Class, LinkOption...)] does; null if nothing is at the
    /// path.
    @Override
    public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        requireBasic(type);
        return operations(path).find(S3Path.own(path)).map(type::cast).orElse(null);
    }

    private static void requireBasic(Class<?> type) {
        if (!type.isAssignableFrom(S3Attributes.class)) {
            throw new UnsupportedOperationException("a file in S3 has no " + type.getSimpleName());
        }
    }

    /// Reads attributes of the views `basic` and `user` by name, such as `size,lastModifiedTime` or `user:*`.
    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
        return AttributeNames.parse(names).of(S3Path.own(path));
    }

    /// The view `basic` or `user`; null for another. The view `user` is the user metadata of the object: lower-case
    /// names, printable ASCII, at most 2,048 bytes in all.
    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        S3Path own = S3Path.own(path);
        Objects.requireNonNull(type, "type");
        if (type == BasicFileAttributeView.class) {
            return type.cast(new S3BasicView(own));
        }
        return type == UserDefinedFileAttributeView.class ? type.cast(new S3UserView(own)) : null;
    }

    /// Sets an attribute of the view `user`, which makes a new version of the file. Times cannot be set.
    ///
    /// @throws UnsupportedOperationException for another view, and for an attribute that S3 sets itself
    /// @throws IllegalArgumentException for an unknown attribute
    @Override
    public void setAttribute(Path path, String attribute, @Nullable Object value, LinkOption... options)
            throws IOException {
        AttributeNames.parse(attribute).set(S3Path.own(path), value);
    }

    private static Operations operations(Path path) {
        return S3Path.own(path).getFileSystem().operations();
    }
}
