package dev.aloft.bulk;

import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All keys of a bucket that begin with a prefix, page by page, in their order.
///
/// Only a page tells where the next one begins, so the pages of a listing follow each other. Where a page shows that
/// directories hold many keys, those behind it are listed at the same time, each by a listing of its own. That takes at
/// most one request more for each of them, and for each directory above them. Holds no more pages than
/// [#MAX_AT_ONCE] listings read ahead. For one thread.
final class KeyPages {

    /// The maximum number of listings at the same time.
    static final int MAX_AT_ONCE = 8;

    /// The maximum number of listings that take the place of one.
    static final int MAX_PARTS = 256;

    /// A page of keys in more directories shows that these are too small for listings of their own.
    static final int MAX_DIRECTORIES_OF_PAGE = 4;

    private final Bucket bucket;
    private final Deque<Part> parts = new ArrayDeque<>();

    KeyPages(Bucket bucket, String prefix) {
        this.bucket = bucket;
        parts.add(listed(prefix));
    }

    private Part listed(String prefix) {
        ListQuery query = ListQuery.flat(prefix);
        return new Part(prefix, token -> bucket.list(query.after(token)));
    }

    private Part listedBehind(String prefix, ObjectKey last) {
        ListQuery query = ListQuery.flat(prefix);
        return new Part(
                prefix, token -> token == null ? bucket.listBehind(query, last) : bucket.list(query.after(token)));
    }

    private static Part found(Collection<StoredObject> objects) {
        Page page = new Page(List.copyOf(objects), List.of(), 0, null);
        return new Part("", _ -> page);
    }

    /// The next page, which can be empty; null after the last.
    @Nullable
    Page next() throws IOException {
        while (!parts.isEmpty()) {
            parts.stream().limit(MAX_AT_ONCE).forEach(part -> part.pages.start());
            Part part = parts.element();
            Page page = part.pages.take();
            if (page == null) {
                parts.remove();
            } else {
                if (part.isDivisibleAfter(page)) {
                    divide(part, page.objects().getLast().key());
                }
                return page;
            }
        }
        return null;
    }

    /// Lists what a part has left by directories, if they are not too many.
    private void divide(Part part, ObjectKey last) throws IOException {
        Optional<List<Part>> rest = rest(part.prefix, last);
        if (rest.isEmpty()) {
            part.isWhole = true;
        } else {
            parts.remove();
            rest.get().reversed().forEach(parts::push);
        }
    }

    /// The parts behind a key; empty if they are better listed as one.
    private Optional<List<Part>> rest(String prefix, ObjectKey last) throws IOException {
        List<String> above = directories(prefix, last.value());
        String directory = above.removeLast();
        List<PageReader> levels = above.stream()
                .map(ListQuery::directory)
                .map(query -> new PageReader(_ -> bucket.list(query), _ -> true))
                .toList();
        levels.forEach(PageReader::start);
        List<Part> rest = new ArrayList<>();
        rest.add(listedBehind(directory, last));
        for (int i = levels.size() - 1; i >= 0; i--) {
            Page level = levels.get(i).take();
            if (level == null || level.next() != null || level.hidden() > 0) {
                return Optional.empty();
            }
            addBehind(ObjectKey.of(directory), level, rest);
            directory = above.get(i);
        }
        return rest.size() > 1 && rest.size() <= MAX_PARTS ? Optional.of(rest) : Optional.empty();
    }

    /// The directories that a key lies in, from the prefix on.
    private static List<String> directories(String prefix, String key) {
        List<String> directories = new ArrayList<>(List.of(prefix));
        for (int slash = key.indexOf('/', prefix.length()); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            directories.add(key.substring(0, slash + 1));
        }
        return directories;
    }

    /// Adds the entries of a directory that lie behind one of its directories.
    private void addBehind(ObjectKey directory, Page level, List<Part> to) {
        NavigableMap<ObjectKey, StoredObject> files = new TreeMap<>();
        level.objects().forEach(file -> files.put(file.key(), file));
        ObjectKey last = directory;
        for (ObjectKey next :
                level.prefixes().stream().map(ObjectKey::of).sorted().toList()) {
            if (next.compareTo(directory) > 0) {
                addFiles(files.subMap(last, next).values(), to);
                to.add(listed(next.value()));
                last = next;
            }
        }
        addFiles(files.tailMap(last).values(), to);
    }

    private static void addFiles(Collection<StoredObject> files, List<Part> to) {
        if (!files.isEmpty()) {
            to.add(found(files));
        }
    }

    /// Keys that follow each other.
    private static final class Part {

        private final String prefix;
        private final PageReader pages;
        private volatile boolean isWhole;

        Part(String prefix, PageReader.Source source) {
            this.prefix = prefix;
            this.pages = new PageReader(source, this::isDivisibleAfter);
        }

        /// True if what follows the page is worth listings of its own: few directories below the prefix hold its keys.
        private boolean isDivisibleAfter(Page page) {
            return !isWhole
                    && page.next() != null
                    && page.hidden() == 0
                    && !page.objects().isEmpty()
                    && directory(page.objects().getLast()).length() > prefix.length()
                    && page.objects().stream().map(Part::directory).distinct().count() <= MAX_DIRECTORIES_OF_PAGE;
        }

        private static String directory(StoredObject object) {
            String key = object.key().value();
            return key.substring(0, key.lastIndexOf('/') + 1);
        }
    }
}
