package dev.aloft.nio;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A bucket of an embedded S3 as a file system, behind a front that counts requests and goes wrong on demand.
/// The caller closes it.
final class TestFileSystem implements AutoCloseable {

    static final String BUCKET = "media";

    static final String ACCESS_KEY = "aloft";
    static final String SECRET_KEY = "not-a-secret";

    private final EmbeddedS3 s3;
    private final S3Front front;
    private final List<FileSystem> hosts = new CopyOnWriteArrayList<>();
    private final FileSystem first;

    private TestFileSystem(EmbeddedS3 s3, S3Front front) {
        this.s3 = s3;
        this.front = front;
        this.first = host();
    }

    /// Starts on an empty folder.
    static TestFileSystem start(Path data) throws IOException {
        EmbeddedS3 s3 = EmbeddedS3.start(data, new S3Credentials(ACCESS_KEY, SECRET_KEY));
        s3.createBucket(BUCKET);
        s3.createBucket("other");
        return new TestFileSystem(s3, S3Front.before(s3.endpoint()));
    }

    S3Front front() {
        return front;
    }

    /// The settings that open a bucket of this S3.
    Map<String, Object> settings() {
        return Map.of(
                "endpoint", front.endpoint(), "provider", "embedded", "accessKey", ACCESS_KEY, "secretKey", SECRET_KEY);
    }

    /// The bucket as one more host sees it, which knows nothing of the others.
    FileSystem host() {
        FileSystem opened = open(new S3FileSystemProvider(Map.of()), BUCKET);
        hosts.add(opened);
        return opened;
    }

    FileSystem open(S3FileSystemProvider provider, String bucket) {
        return provider.newFileSystem(URI.create("s3://" + bucket), settings());
    }

    FileSystem fileSystem() {
        return first;
    }

    /// A path of the first host.
    Path path(String path) {
        return first.getPath(path);
    }

    @Override
    public void close() throws IOException {
        for (FileSystem host : hosts) {
            host.close();
        }
        front.close();
        s3.close();
    }
}
