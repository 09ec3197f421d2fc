package dev.aloft.nio;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The contract on the JDK's own file system: the control, which shows that the contract asks nothing strange.
final class DiskContractTest extends FilesContract {

    @TempDir
    Path folder;

    @Override
    Path folder() {
        return folder;
    }
}
