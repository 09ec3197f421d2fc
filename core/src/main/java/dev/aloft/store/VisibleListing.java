package dev.aloft.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Lists keys page by page by the last key or prefix of the page before, in place of S3's own token. Two listings can
/// so be read together. Safe for many threads.
final class VisibleListing {

    /// Sorts after every key below a directory, as its end in a listing that continues behind the directory.
    private static final String BEHIND = "\uFFFD\uFFFD";

    private final RequestTracker tracker;
    private final S3Requests requests;

    VisibleListing(RequestTracker tracker, S3Requests requests) {
        this.tracker = tracker;
        this.requests = requests;
    }

    /// The page behind [ListQuery#after]. Only the last can be without a key and a prefix: hidden keys are no place at
    /// which a page can end.
    Page page(ListQuery query) throws IOException {
        Page page = tracker.run(() -> requests.listBehind(query, start(query)));
        while (page.next() != null
                && page.objects().isEmpty()
                && page.prefixes().isEmpty()) {
            Page hidden = page;
            Page next = tracker.run(() -> requests.list(query.after(hidden.next())));
            page = new Page(next.objects(), next.prefixes(), hidden.hidden() + next.hidden(), next.next());
        }
        return page;
    }

    private static @Nullable String start(ListQuery query) {
        String after = query.after();
        boolean isDirectory = query.byDirectory()
                && after != null
                && after.endsWith("/")
                && after.length() > query.prefix().length(); // else the marker of the listed directory itself
        return isDirectory ? after + BEHIND : after;
    }
}
