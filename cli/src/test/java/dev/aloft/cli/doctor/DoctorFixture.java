package dev.aloft.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A site that works, started once for a class; each test may plant a fault in it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DoctorFixture {

    @TempDir
    static Path folder;

    DoctorSite site;

    @BeforeAll
    void start() throws Exception {
        site = DoctorSite.start(folder);
    }

    @AfterEach
    void recover() throws IOException {
        site.recover();
    }

    @AfterAll
    void stop() throws IOException {
        site.close();
    }

    String healthy() {
        return site.configuration();
    }

    static Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
