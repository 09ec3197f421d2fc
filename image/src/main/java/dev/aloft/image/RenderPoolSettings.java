package dev.aloft.image;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Settings of a render pool.
///
/// @param libraries libvips candidates, in order: paths, or names known to the system's loader
/// @param threads originals decoded in parallel
/// @param queue limit of waiting originals
/// @param waitLimit longest wait
/// @param svg allows SVG
public record RenderPoolSettings(
        List<String> libraries, Limits limits, int threads, int queue, Duration waitLimit, boolean svg) {

    /// Name of libvips for the system's loader.
    static final String SYSTEM_LIBRARY = "libvips.so.42";

    /// Memory of an idle worker: heap, code and thread stacks.
    private static final long WORKER_BYTES = 512L << 20;

    /// Covers the coefficients of a progressive JPEG, or the pixels of a film and its rendition.
    private static final int BYTES_PER_PIXEL = 8;

    private static final int DEFAULT_QUEUE = 64;
    private static final Duration DEFAULT_WAIT_LIMIT = Duration.ofSeconds(10);

    /// @throws IllegalArgumentException for less than one thread, or a negative queue or wait limit
    public RenderPoolSettings {
        libraries = List.copyOf(libraries);
        if (threads < 1 || queue < 0 || waitLimit.isNegative()) {
            throw new IllegalArgumentException("pictures cannot be made with " + threads + " threads, a queue of "
                    + queue + " and a wait limit of " + waitLimit);
        }
    }

    /// Defaults: one thread per processor; the bundled library, else the system's.
    public static RenderPoolSettings standard() {
        return new RenderPoolSettings(
                List.of(bundledLibrary().toString(), SYSTEM_LIBRARY),
                Limits.DEFAULT,
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_QUEUE,
                DEFAULT_WAIT_LIMIT,
                false);
    }

    /// Bundled library of a distribution: `natives/linux-amd64/libvips.so` beside the jar.
    private static Path bundledLibrary() {
        Path program = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0]);
        return program.toAbsolutePath()
                .resolveSibling("natives")
                .resolve("linux-" + System.getProperty("os.arch"))
                .resolve("libvips.so");
    }

    /// Memory limit of the worker, besides mapped program and libraries: enough for the largest pictures on all
    /// threads.
    long memoryBytes() {
        return WORKER_BYTES + threads * (limits.heldPixels() * BYTES_PER_PIXEL + limits.originalBytes());
    }

    /// Copy with this library alone.
    public RenderPoolSettings withLibrary(Path library) {
        return new RenderPoolSettings(List.of(library.toString()), limits, threads, queue, waitLimit, svg);
    }

    /// Copy with another number of originals decoded in parallel, at least 1; memory grows with it.
    public RenderPoolSettings withThreads(int other) {
        return new RenderPoolSettings(libraries, limits, other, queue, waitLimit, svg);
    }

    /// Copy with other limits of each picture; the worker's memory follows from them.
    public RenderPoolSettings withLimits(Limits other) {
        return new RenderPoolSettings(libraries, other, threads, queue, waitLimit, svg);
    }

    RenderPoolSettings withQueue(int other, Duration otherWaitLimit) {
        return new RenderPoolSettings(libraries, limits, threads, other, otherWaitLimit, svg);
    }

    /// Copy that allows SVG.
    public RenderPoolSettings withSvg() {
        return new RenderPoolSettings(libraries, limits, threads, queue, waitLimit, true);
    }
}
