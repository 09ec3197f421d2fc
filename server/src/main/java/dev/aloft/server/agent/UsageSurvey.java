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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Counts the files of a directory by listing it in the background, for an operator's page.
///
/// A count is used again for at least [#MIN_AGE_LIMIT], and for a hundred times as long as it took, so that listing
/// costs no more than one per cent of the time. A caller waits at most [#WAIT_LIMIT], and then gets the count before,
/// or the one under way. Safe for many threads.
final class UsageSurvey {

    static final Duration MIN_AGE_LIMIT = Duration.ofMinutes(5);

    /// The time after which a listing ends with what it has counted.
    private static final Duration LISTING_LIMIT = Duration.ofMinutes(10);

    private static final Duration WAIT_LIMIT = Duration.ofSeconds(1);
    private static final int AGE_FACTOR = 100;
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

    /// The files at and below a directory.
    ///
    /// @throws IOException if there is no count, because S3 does not answer
    Usage of(FilePath directory) throws IOException {
        files.confine(directory);
        return directories.get(directory, Directory::new).usage();
    }

    /// The count of one directory, and the listing under way.
    private final class Directory {

        private final FilePath path;
        private @Nullable Listing running;
        private @Nullable Usage done;
        private Instant freshUntil = Instant.MIN;

        Directory(FilePath path) {
            this.path = path;
        }

        Usage usage() throws IOException {
            Listing listing = listing();
            if (listing != null) {
                listing.await();
            }
            synchronized (this) {
                if (done != null) {
                    return done;
                }
            }
            return listing == null ? new UsageTally().usage(clock.instant(), false) : listing.counted();
        }

        private synchronized @Nullable Listing listing() {
            if (running == null && clock.instant().isAfter(freshUntil)) {
                Listing begun = new Listing(path);
                running = begun;
                Thread.ofVirtual().name("aloft-usage").start(() -> end(begun, begun.run()));
            }
            return running;
        }

        private synchronized void end(Listing ended, @Nullable Usage usage) {
            running = null;
            Instant now = clock.instant();
            if (usage != null) {
                done = usage;
                Duration taken = Duration.between(ended.begun, now).multipliedBy(AGE_FACTOR);
                freshUntil = now.plus(taken.compareTo(MIN_AGE_LIMIT) > 0 ? taken : MIN_AGE_LIMIT);
            }
            ended.ended.countDown();
        }
    }

    /// One listing of a directory.
    private final class Listing {

        private final FilePath path;
        private final Instant begun = clock.instant();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final UsageTally tally = new UsageTally();
        private volatile @Nullable IOException failure;

        Listing(FilePath path) {
            this.path = path;
        }

        /// Null after a failure.
        @Nullable
        Usage run() {
            try {
                String after = null;
                do {
                    DirectoryPage page = files.listBelow(path, "", PAGE, after);
                    tally.add(page);
                    after = page.next();
                } while (after != null && clock.instant().isBefore(begun.plus(LISTING_LIMIT)));
                return tally.usage(begun, after == null);
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException e) {
                failure = new IOException("cannot count the files of " + path + ": " + e.getMessage(), e);
            }
            return null;
        }

        void await() throws IOException {
            try {
                var _ = ended.await(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the files of " + path + " are counted", e);
            }
        }

        Usage counted() throws IOException {
            IOException found = failure;
            if (found != null) {
                throw found;
            }
            return tally.usage(begun, false);
        }
    }
}
