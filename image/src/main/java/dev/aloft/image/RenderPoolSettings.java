package dev.aloft.image;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How pictures are made on this machine.
///
/// @param libraries the libvips to try, in order: paths, or names that the system's loader finds
/// @param threads how many originals are decoded at once
/// @param queue how many more may wait
/// @param waitLimit how long one may wait
/// @param svg whether SVG is drawn, too
public record RenderPoolSettings(
        List<String> libraries, Limits limits, int threads, int queue, Duration waitLimit, boolean svg) {

    /// What the system's loader knows libvips by.
    static final String SYSTEM_LIBRARY = "libvips.so.42";

    /// What a worker without work may come to: its heap, its code and the stacks of its threads.
    private static final long WORKER_BYTES = 512L << 20;

    /// A progressive JPEG's coefficients, or the pixels of a film and of its answer.
    private static final int BYTES_PER_PIXEL = 8;

    private static final int DEFAULT_QUEUE = 64;
    private static final Duration DEFAULT_WAIT_LIMIT = Duration.ofSeconds(10);

    public RenderPoolSettings {
        libraries = List.copyOf(libraries);
        if (threads < 1 || queue < 0 || waitLimit.isNegative()) {
            throw new IllegalArgumentException("pictures cannot be made with " + threads + " threads, a queue of "
                    + queue + " and a wait limit of " + waitLimit);
        }
    }

    /// As many threads as there are processors; the library that lies beside the program, else the system's.
    public static RenderPoolSettings standard() {
        return new RenderPoolSettings(
                List.of(bundledLibrary().toString(), SYSTEM_LIBRARY),
                Limits.DEFAULT,
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_QUEUE,
                DEFAULT_WAIT_LIMIT,
                false);
    }

    /// Where a distribution puts a library of its own: `natives/linux-amd64/libvips.so` beside the jar.
    private static Path bundledLibrary() {
        Path program = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0]);
        return program.toAbsolutePath()
                .resolveSibling("natives")
                .resolve("linux-" + System.getProperty("os.arch"))
                .resolve("libvips.so");
    }

    /// What the worker may use beside its program's and libraries' own: enough for as many of the largest pictures as
    /// there are threads.
    long memoryBytes() {
        return WORKER_BYTES + threads * (limits.heldPixels() * BYTES_PER_PIXEL + limits.originalBytes());
    }

    /// With this library alone.
    public RenderPoolSettings withLibrary(Path library) {
        return new RenderPoolSettings(List.of(library.toString()), limits, threads, queue, waitLimit, svg);
    }

    public RenderPoolSettings withThreads(int other) {
        return new RenderPoolSettings(libraries, limits, other, queue, waitLimit, svg);
    }

    public RenderPoolSettings withLimits(Limits other) {
        return new RenderPoolSettings(libraries, other, threads, queue, waitLimit, svg);
    }

    public RenderPoolSettings withQueue(int other, Duration otherWaitLimit) {
        return new RenderPoolSettings(libraries, limits, threads, other, otherWaitLimit, svg);
    }

    /// That draws SVG, too.
    public RenderPoolSettings withSvg() {
        return new RenderPoolSettings(libraries, limits, threads, queue, waitLimit, true);
    }
}
