package dev.aloft.nio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// The contract of every file system with a Java program, whatever holds its bytes: run over S3, and over the disk as
/// control.
@Timeout(60)
abstract class FilesContract
        implements FileContract, ChannelContract, DirectoryContract, CopyContract, AttributesContract, PathContract {

    private Path top;

    /// An empty folder for one test.
    abstract Path folder() throws IOException;

    @BeforeEach
    final void begin() throws IOException {
        top = folder();
    }

    @Override
    public final Path top() {
        return top;
    }
}
