package dev.aloft.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How pictures are made on this machine.
///
/// @param libraries where libvips may be, before the system's own
/// @param threads how many originals are decoded at once
/// @param queue how many more may wait
/// @param patience how long one may wait
public record WorkshopSettings(List<Path> libraries, Limits limits, int threads, int queue, Duration patience) {

    static final int DEFAULT_QUEUE = 64;
    static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    public WorkshopSettings {
        libraries = List.copyOf(libraries);
        if (threads < 1 || queue < 0 || patience.isNegative()) {
            throw new IllegalArgumentException("pictures cannot be made with " + threads + " threads, a queue of "
                    + queue + " and a patience of " + patience);
        }
    }

    /// As many threads as there are processors, and the system's library.
    public static WorkshopSettings standard() {
        return new WorkshopSettings(
                List.of(), Limits.DEFAULT, Runtime.getRuntime().availableProcessors(), DEFAULT_QUEUE, DEFAULT_PATIENCE);
    }

    public WorkshopSettings withLibrary(Path library) {
        return new WorkshopSettings(List.of(library), limits, threads, queue, patience);
    }

    public WorkshopSettings withThreads(int other) {
        return new WorkshopSettings(libraries, limits, other, queue, patience);
    }

    public WorkshopSettings withLimits(Limits other) {
        return new WorkshopSettings(libraries, other, threads, queue, patience);
    }

    public WorkshopSettings withQueue(int other, Duration otherPatience) {
        return new WorkshopSettings(libraries, limits, threads, other, otherPatience);
    }
}
