package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.aloft.nio.FaultsTest.Fault;
import dev.aloft.nio.FaultsTest.Operation;
import dev.aloft.testkit.Occasion;
import dev.aloft.testkit.S3Front;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A failure leaves nothing open: no connection, no file, no thread.
@Timeout(300)
final class LeakTest {

    private static final int LARGE = 17 << 20;

    /// More than a store has connections.
    private static final int MANY = 300;

    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path data;

    private TestFileSystem store;
    private S3Front s3;

    @BeforeEach
    void start() throws IOException {
        store = TestFileSystem.start(data.resolve("s3"));
        s3 = store.front();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    @Test
    void readThatIsGivenUpOrBreaksGivesItsConnectionBack() throws IOException {
        Files.write(store.path("/f"), new byte[LARGE]);
        try (FileSystem host = store.host()) {
            Path file = host.getPath("/f");
            for (int i = 0; i < MANY; i++) {
                try (InputStream in = Files.newInputStream(file)) {
                    assertThat(in.read()).isZero();
                }
            }
            s3.on("GetObject").truncateAnswerAfter(1000);
            for (int i = 0; i < MANY; i++) {
                try (InputStream in = Files.newInputStream(file)) {
                    assertThat(in.readAllBytes()).isEmpty();
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("/f");
                }
            }
            s3.calm();
            assertThat(Files.size(file)).isEqualTo(LARGE);
        }
    }

    @Test
    void outputThatFailsOrIsGivenUpGivesItsMemoryBack() throws IOException {
        try (FileSystem host = store.host()) {
            s3.on("UploadPart").resetRequestAfter(1000);
            for (int i = 0; i < 20; i++) {
                try (OutputStream out = Files.newOutputStream(host.getPath("/f"))) {
                    out.write(new byte[LARGE]);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("/f");
                }
            }
            s3.calm();
            Files.write(host.getPath("/f"), new byte[LARGE]);
        }
    }

    @Test
    void nothingIsOpenAfterEveryOperationHasFailed() throws Exception {
        fail(Operation.WRITE, Fault.RESET); // so that what the JVM opens once is open
        long files = openFiles();
        for (Operation operation : Operation.values()) {
            fail(operation, Fault.ANSWER_LOST);
            fail(operation, Fault.REFUSED);
        }

        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while ((threads().size() > 1 || openFiles() > files) && System.nanoTime() < end) {
            Thread.sleep(50); // an abandoned probe, and the server's side of connections, end in time
        }
        assertThat(threads())
                .as("that of the store which has made the files")
                .singleElement()
                .asString()
                .contains("aloft-time-limits");
        assertThat(openFiles()).isLessThanOrEqualTo(files);
    }

    /// Has each request of the operation fail in turn, on a host that closes in the end.
    private void fail(Operation operation, Fault fault) throws IOException {
        for (int n = 1; n < 20; n++) {
            String name = "/" + operation + fault + n;
            for (String file : List.of("a", "b", "d/c")) {
                Files.writeString(store.path(name).resolve(file), "text of " + file);
            }
            try (FileSystem host = store.host()) {
                Occasion occasion = s3.onEvery().nth(n);
                fault.befall(occasion);
                try {
                    operation.on(host.getPath(name));
                } catch (IOException | DirectoryIteratorException e) {
                    assertThat(e).hasMessageContaining("s3://");
                }
                s3.calm();
                if (occasion.met() == 0) {
                    return;
                }
            }
        }
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /// Our threads that are still at work, by name.
    private List<String> threads() throws IOException {
        Path dump = Files.createTempDirectory(data, "threads").resolve("dump");
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readAllLines(dump).stream()
                .filter(line -> line.startsWith("#") && line.contains("\"aloft-"))
                .toList();
    }
}
