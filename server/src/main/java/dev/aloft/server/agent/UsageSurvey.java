package dev.aloft.server.agent;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aloft.files.DirectoryPage;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Counts the files of directories by listing them, each as a [BackgroundReport]. Safe for many threads.
final class UsageSurvey {

    /// The time after which a listing ends with what it has counted.
    private static final Duration LISTING_LIMIT = Duration.ofMinutes(10);

    private static final int MAX_DIRECTORIES = 64;
    private static final int PAGE = 1000;

    private final FileTree files;
    private final InstantSource clock;
    private final Cache<FilePath, Directory> directories =
            Caffeine.newBuilder().maximumSize(MAX_DIRECTORIES).build();

    UsageSurvey(FileTree files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
    }

    /// The files at and below a directory: the newest count, or as far as the first one has come.
    ///
    /// @throws IOException if there is no count, because S3 does not answer
    Usage of(FilePath directory) throws IOException {
        files.confine(directory);
        return directories.get(directory, Directory::new).usage();
    }

    /// The count of one directory.
    private final class Directory {

        private final FilePath path;
        private final BackgroundReport<Usage> report;
        private volatile UsageTally tally = new UsageTally();

        Directory(FilePath path) {
            this.path = path;
            this.report = new BackgroundReport<>("the files of " + path, this::count, clock);
        }

        Usage usage() throws IOException {
            return report.get().orElseGet(() -> tally.usage(clock.instant(), false));
        }

        private Usage count() throws IOException {
            Instant begun = clock.instant();
            UsageTally counted = new UsageTally();
            tally = counted;
            @Nullable String after = null;
            do {
                DirectoryPage page = files.listBelow(path, "", PAGE, after);
                counted.add(page);
                after = page.next();
            } while (after != null && clock.instant().isBefore(begun.plus(LISTING_LIMIT)));
            return counted.usage(begun, after == null);
        }
    }
}
