package dev.aloft.nio;

import dev.aloft.testkit.Ceph;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract on Ceph, an S3 that is not ours.
@Tag("ceph")
final class CephContractTest extends FilesContract {

    @TempDir
    static Path data;

    private static final AtomicInteger FOLDERS = new AtomicInteger();
    private static Ceph ceph;
    private static FileSystem s3;

    @BeforeAll
    static void start() throws IOException {
        ceph = Ceph.start(data.resolve("ceph"));
        ceph.createBucket("media");
        s3 = new S3FileSystemProvider(Map.of())
                .newFileSystem(
                        URI.create("s3://media"),
                        Map.of(
                                "endpoint", ceph.endpoint(),
                                "provider", "ceph",
                                "accessKey", ceph.credentials().accessKey(),
                                "secretKey", ceph.credentials().secretKey()));
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
        ceph.close();
    }

    @Override
    Path folder() throws IOException {
        return Files.createDirectory(s3.getPath("/test" + FOLDERS.incrementAndGet()));
    }
}
