package dev.aloft.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on the embedded S3.
final class EmbeddedContractTest extends FilesContract {

    @TempDir
    static Path data;

    private static final AtomicInteger FOLDERS = new AtomicInteger();
    private static TestFileSystem s3;

    @BeforeAll
    static void start() throws IOException {
        s3 = TestFileSystem.start(data);
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
    }

    @Override
    Path folder() throws IOException {
        return Files.createDirectory(s3.path("/test" + FOLDERS.incrementAndGet()));
    }
}
