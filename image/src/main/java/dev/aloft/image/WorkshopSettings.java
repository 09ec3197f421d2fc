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
/// @param patience how long one may wait
/// @param svg whether SVG is drawn, too
public record WorkshopSettings(
        List<String> libraries, Limits limits, int threads, int queue, Duration patience, boolean svg) {

    /// What the system's loader knows libvips by.
    static final String SYSTEM_LIBRARY = "libvips.so.42";

    /// What a worker without work may come to: its heap, its code and the stacks of its threads.
    private static final long WORKER_BYTES = 512L << 20;

    /// A progressive JPEG's coefficients, or the pixels of a film and of its answer.
    private static final int BYTES_PER_PIXEL = 8;

    static final int DEFAULT_QUEUE = 64;
    static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    public WorkshopSettings {
        libraries = List.copyOf(libraries);
        if (threads < 1 || queue < 0 || patience.isNegative()) {
            throw new IllegalArgumentException("pictures cannot be made with " + threads + " threads, a queue of "
                    + queue + " and a patience of " + patience);
        }
    }

    /// As many threads as there are processors; the library that lies beside the program, else the system's.
    public static WorkshopSettings standard() {
        return new WorkshopSettings(
                List.of(bundledLibrary().toString(), SYSTEM_LIBRARY),
                Limits.DEFAULT,
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_QUEUE,
                DEFAULT_PATIENCE,
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
    public WorkshopSettings withLibrary(Path library) {
        return new WorkshopSettings(List.of(library.toString()), limits, threads, queue, patience, svg);
    }

    public WorkshopSettings withThreads(int other) {
        return new WorkshopSettings(libraries, limits, other, queue, patience, svg);
    }

    public WorkshopSettings withLimits(Limits other) {
        return new WorkshopSettings(libraries, other, threads, queue, patience, svg);
    }

    public WorkshopSettings withQueue(int other, Duration otherPatience) {
        return new WorkshopSettings(libraries, limits, threads, other, otherPatience, svg);
    }

    /// That draws SVG, too.
    public WorkshopSettings withSvg() {
        return new WorkshopSettings(libraries, limits, threads, queue, patience, true);
    }
}
