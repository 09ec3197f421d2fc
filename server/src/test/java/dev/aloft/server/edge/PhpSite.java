package dev.aloft.server.edge;

import dev.aloft.lab.DataFolder;
import dev.aloft.lab.PhpFpm;
import dev.aloft.lab.PhpPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// A real php-fpm and a folder of code, which its workers may read.
final class PhpSite implements AutoCloseable {

    private final DataFolder data;
    private final PhpFpm fpm;
    private final Path code;

    /// @param folder is opened to the workers, as a temporary folder of JUnit is not
    PhpSite(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        data = DataFolder.open(folder.resolve("php"));
        code = Files.createDirectory(folder.resolve("code"));
        fpm = PhpFpm.start(data, new PhpPool("edge", Map.of(), Map.of()), step -> {});
    }

    Path code() {
        return code;
    }

    Path socket() {
        return fpm.socket();
    }

    Upstream.PhpSite upstream() {
        return new Upstream.PhpSite(code, socket());
    }

    /// Writes a file of the code.
    void write(String name, String text) throws IOException {
        Path file = code.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Override
    public void close() throws IOException {
        fpm.close();
        data.close();
    }
}
