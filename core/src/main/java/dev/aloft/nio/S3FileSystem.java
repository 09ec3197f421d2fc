package dev.aloft.nio;

import dev.aloft.files.Glob;
import dev.aloft.store.Bucket;
import dev.aloft.store.Store;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// One bucket as a file system.
///
/// Closing it closes the connections to S3 and everything that was opened through it; what was written and not
/// yet published is forgotten. After that every operation fails with [ClosedFileSystemException]. Safe for many
/// threads.
final class S3FileSystem extends FileSystem {

    private final S3FileSystemProvider provider;
    private final Store store;
    private final Bucket bucket;
    private final Operations operations;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    S3FileSystem(S3FileSystemProvider provider, Store store, String bucket) {
        this.provider = provider;
        this.store = store;
        this.bucket = store.bucket(bucket);
        this.operations = new Operations(this.bucket);
    }

    String bucketName() {
        return bucket.name();
    }

    Operations operations() {
        return operations;
    }

    void requireOpen() {
        if (closed) {
            throw new ClosedFileSystemException();
        }
    }

    /// Takes note of something to give up when this closes. Closing it then means to forget what it has not
    /// published.
    void opened(Closeable resource) {
        open.add(resource);
        if (closed) {
            throw new ClosedFileSystemException();
        }
    }

    void ended(Closeable resource) {
        open.remove(resource);
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        provider.forget(this);
        IOException failure = null;
        for (Closeable resource : new ArrayList<>(open)) {
            try {
                resource.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        store.close();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(S3Path.root(this));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new S3FileStore(bucket.name()));
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "user");
    }

    @Override
    public Path getPath(String first, String... more) {
        StringBuilder path = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                path.append(path.isEmpty() ? "" : "/").append(part);
            }
        }
        return S3Path.parse(this, path.toString());
    }

    /// `glob:` and `regex:`, on the path's text.
    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("expected glob:… or regex:…, found \"" + syntaxAndPattern + "\"");
        }
        String pattern = syntaxAndPattern.substring(colon + 1);
        String syntax = syntaxAndPattern.substring(0, colon);
        if (syntax.equalsIgnoreCase("glob")) {
            return new GlobMatcher(Glob.parse(pattern));
        }
        if (syntax.equalsIgnoreCase("regex")) {
            Pattern regex = Pattern.compile(pattern);
            return path -> regex.matcher(path.toString()).matches();
        }
        throw new UnsupportedOperationException("no matcher of \"" + syntax + "\"; there are glob and regex");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("objects in S3 have no owners among a host's users");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("S3 does not report changes");
    }

    @Override
    public String toString() {
        return "s3://" + bucket.name() + " at " + bucket.where();
    }
}
