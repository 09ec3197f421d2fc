package dev.aloft.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;

/// An S3 in this process, on a folder: for trying out, development and tests. Production is a real S3.
///
/// It listens on 127.0.0.1, checks every signature (AWS V4), and keeps objects, their metadata and open multipart
/// uploads over restarts. Conditional writes are atomic: of many writers with the same `If-Match` or
/// `If-None-Match: *`, one wins. A write is visible whole or not at all.
///
/// Its limits, all of the folder that holds the objects:
/// - one process: two on the same folder would not see each other's locks;
/// - an acknowledged write survives the end of the process, not a power loss (no fsync);
/// - the keys `x` and `x/y` cannot both be objects (500), and no segment of a key is longer than 218 bytes;
/// - no versioning, no tagging; the only delimiter is `/`; bucket names have three characters or more;
/// - a listing without a delimiter reads the whole tree for every page;
/// - a folder whose first object is being written already appears as a common prefix;
/// - `If-Match` of CopyObject is ignored;
/// - the folder's file system must keep user extended attributes.
///
/// Safe for use by many threads. The caller closes it.
public final class EmbeddedS3 implements AutoCloseable {

    /// The attribute that the store writes last, before it publishes a file as an object.
    private static final String COMPLETE = "user.content-md5";

    private static final String PROBE = "user.aloft-probe";

    /// Limit of concurrent requests, each of which has a thread.
    private static final int MAX_REQUESTS = 600;

    private final S3Proxy server;
    private final BlobStore store;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedS3(S3Proxy server, BlobStore store) {
        this.server = server;
        this.store = store;
    }

    /// Starts on a free port.
    ///
    /// @throws IOException as [#start(Path, S3Credentials, int)]
    public static EmbeddedS3 start(Path data, S3Credentials credentials) throws IOException {
        return start(data, credentials, 0);
    }

    /// Starts on a folder, which is made when it is missing. What an earlier process left half-written is removed.
    ///
    /// @param port the port on 127.0.0.1; 0 for a free one
    /// @throws IOException when the folder cannot be used or the port is taken
    public static EmbeddedS3 start(Path data, S3Credentials credentials, int port) throws IOException {
        Files.createDirectories(data);
        requireAttributes(data);
        removeHalfWritten(data);
        BlobStore store = BlobStores.create("filesystem", storeProperties(data, credentials));
        S3Proxy server = S3Proxy.builder()
                .blobStore(store)
                .awsAuthentication(AuthenticationType.AWS_V4, credentials.accessKey(), credentials.secretKey())
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .stopTimeout(0)
                .jettyMaxThreads(MAX_REQUESTS)
                .build();
        LockingBlobStore.Shared shared = new LockingBlobStore.Shared();
        server.setBlobStoreLocator(
                (identity, bucket, key) -> credentials.accessKey().equals(identity)
                        ? new AccessGrant(credentials.secretKey(), new LockingBlobStore(store, shared))
                        : null);
        listen(server, port);
        return new EmbeddedS3(server, store);
    }

    /// Its address, with the port and without a path: `http://127.0.0.1:40123`.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    /// Makes a bucket, if it is not there yet.
    ///
    /// @param name three characters or more
    public void createBucket(String name) {
        if (name.length() < 3) {
            throw new IllegalArgumentException("a bucket's name has 3 characters or more, got \"" + name + "\"");
        }
        if (!store.containerExists(name)) {
            store.createContainer(name);
        }
    }

    /// Stops listening and ends the requests that are under way. Closing twice does nothing.
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("cannot stop the embedded S3 at " + endpoint() + ": " + e.getMessage(), e);
        } finally {
            store.close();
        }
    }

    private static void listen(S3Proxy server, int port) throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot serve S3 on 127.0.0.1:" + port + ": " + cause.getMessage(), e);
        }
    }

    private static Properties storeProperties(Path data, S3Credentials credentials) {
        Properties properties = new Properties();
        properties.setProperty(
                "jclouds.filesystem.basedir", data.toAbsolutePath().toString());
        properties.setProperty("jclouds.identity", credentials.accessKey());
        properties.setProperty("jclouds.credential", credentials.secretKey());
        return properties;
    }

    /// Without extended attributes the store would drop types and ETags silently.
    private static void requireAttributes(Path data) throws IOException {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(data, UserDefinedFileAttributeView.class);
        try {
            view.write(PROBE, ByteBuffer.wrap(new byte[] {1}));
            view.delete(PROBE);
        } catch (IOException e) {
            throw new IOException(
                    "cannot keep objects in " + data + ": its file system has no user extended attributes ("
                            + e.getMessage() + "); choose a folder on another file system",
                    e);
        }
    }

    private static void removeHalfWritten(Path data) throws IOException {
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (LockingBlobStore.mayBeHidden(file.getFileName().toString()) && !isComplete(file)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isComplete(Path file) throws IOException {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .list()
                .contains(COMPLETE);
    }
}
