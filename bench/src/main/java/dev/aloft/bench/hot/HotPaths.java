package dev.aloft.bench.hot;

import dev.aloft.lab.EmbeddedS3;
import dev.aloft.lab.S3Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Operations without network access: names, patterns, and cached metadata of a file.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH opens it before it asks anything
public class HotPaths {

    private Path folder;
    private EmbeddedS3 s3;
    private FileSystem media;
    private Path directory;
    private Path file;
    private PathMatcher glob;

    /// Opens a bucket with one file.
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("aloft-bench");
        s3 = EmbeddedS3.start(folder, new S3Credentials("aloft", "not-a-secret"));
        s3.createBucket("media");
        media = FileSystems.newFileSystem(
                URI.create("s3://media"),
                Map.of(
                        "endpoint", s3.endpoint(),
                        "provider", "embedded",
                        "accessKey", "aloft",
                        "secretKey", "not-a-secret"));
        directory = media.getPath("/uploads/2026/11");
        file = Files.write(directory.resolve("cat.jpg"), new byte[1000]);
        glob = media.getPathMatcher("glob:/uploads/**/*.{jpg,png}");
    }

    /// Closes it and removes its files.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        media.close();
        s3.close();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// One call a second asks S3; all others are answered from memory.
    @Benchmark
    public boolean existsOfAKnownFile() {
        return Files.exists(file);
    }

    @Benchmark
    public Path resolveAName() {
        return directory.resolve("cat-300x200.jpg");
    }

    @Benchmark
    public Path parseAPath() {
        return media.getPath("/uploads/2026/11/cat-300x200.jpg");
    }

    @Benchmark
    public boolean matchAGlob() {
        return glob.matches(file);
    }

    @Benchmark
    public URI sayAsUri() {
        return file.toUri();
    }
}
