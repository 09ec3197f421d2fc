package dev.aloft.bulk;

import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the pages of one listing ahead of the thread that takes them, at most [#MAX_AHEAD], in a thread that ends when
/// it has them. Safe for many threads, one of which takes.
final class PageReader {

    static final int MAX_AHEAD = 4;

    private final Source source;
    private final Predicate<Page> isStop;
    private final Deque<Page> ready = new ArrayDeque<>();
    private @Nullable String token;
    private boolean isReading;
    private boolean isAtEnd;
    private @Nullable Throwable failure;

    /// Gives a page of the listing.
    @FunctionalInterface
    interface Source {

        /// @param token the [Page#next()] of the page before; null for the first
        Page list(@Nullable String token) throws IOException;
    }

    /// @param isStop true for a page whose successor is not read before it is needed
    PageReader(Source source, Predicate<Page> isStop) {
        this.source = source;
        this.isStop = isStop;
    }

    /// Begins to read what there is room for.
    synchronized void start() {
        if (!isReading && !isAtEnd && failure == null && hasRoom()) {
            isReading = true;
            Thread.ofVirtual().name("aloft-pages").start(this::read);
        }
    }

    private boolean hasRoom() {
        return ready.isEmpty() || (ready.size() < MAX_AHEAD && !isStop.test(ready.getLast()));
    }

    private void read() {
        try {
            while (keep(source.list(token()))) {
                // The next one is to be read.
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private synchronized @Nullable String token() {
        return token;
    }

    /// @return true if another page is to be read
    private synchronized boolean keep(Page page) {
        ready.add(page);
        token = page.next();
        isAtEnd = token == null;
        isReading = !isAtEnd && hasRoom();
        notifyAll();
        return isReading;
    }

    private synchronized void fail(Throwable e) {
        failure = e;
        isReading = false;
        notifyAll();
    }

    /// Waits for the next page.
    ///
    /// @return null after the last
    synchronized @Nullable Page take() throws IOException {
        start();
        try {
            while (ready.isEmpty() && isReading) {
                wait(); // bounded: requests have time limits
            }
        } catch (InterruptedException e) {
            throw StoreException.interrupted("list", e);
        }
        if (ready.isEmpty()) {
            requireNoFailure();
        }
        return ready.poll();
    }

    /// Reports a failure once; after it, the page is asked for again.
    private void requireNoFailure() throws IOException {
        Throwable failed = failure;
        failure = null;
        switch (failed) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failed);
        }
    }
}
