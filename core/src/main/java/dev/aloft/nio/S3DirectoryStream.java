package dev.aloft.nio;

import dev.aloft.files.DirectoryPage.DirectoryEntry;
import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.files.DirectoryPage.FileEntry;
import dev.aloft.files.FilePath;
import dev.aloft.nio.Listings.Found;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The entries of one directory, a page at a time: memory does not grow with the directory.
///
/// The paths bear what the listing says of them. When a program opens a directory that this stream has given while
/// the stream is open, it is a walk: then the next directories of the page are listed ahead. A name that is a
/// file and a directory comes once, as the file.
final class S3DirectoryStream implements DirectoryStream<Path> {

    private final S3Path directory;
    private final FilePath file;
    private final String namePrefix;
    private final Filter<? super Path> filter;
    private final Listings listings;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private Found page;
    private @Nullable Path next;
    private boolean iterated;
    private boolean closed;

    /// File names that a directory of the same name may follow.
    private final Set<String> files = new HashSet<>();

    private final Deque<FilePath> toWalk = new ArrayDeque<>();
    private final Set<FilePath> ahead = new HashSet<>();

    private S3DirectoryStream(
            S3Path directory, String namePrefix, Filter<? super Path> filter, Listings listings, Found first)
            throws IOException {
        this.directory = directory;
        this.file = directory.file();
        this.namePrefix = namePrefix;
        this.filter = filter;
        this.listings = listings;
        this.page = first;
        take(first);
    }

    static S3DirectoryStream open(S3Path directory, Filter<? super Path> filter, Listings listings) throws IOException {
        FilePath file = directory.file();
        String prefix = NamePrefix.of(filter, directory);
        directory.listed().map(Listed::source).ifPresent(above -> above.descending(file));
        Found first = prefix.isEmpty() ? listings.first(file) : listings.page(file, prefix, null);
        return new S3DirectoryStream(directory, prefix, filter, listings, first);
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (iterated || closed) {
            throw new IllegalStateException("a directory stream is iterated once, while it is open");
        }
        iterated = true;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return advance();
            }

            @Override
            public Path next() {
                return taken();
            }
        };
    }

    private synchronized Path taken() {
        if (!advance() || next == null) {
            throw new NoSuchElementException();
        }
        Path path = next;
        next = null;
        return path;
    }

    private synchronized boolean advance() {
        try {
            while (next == null && !closed && more()) {
                Path path = path(entries.remove());
                if (filter.accept(path)) {
                    next = path;
                }
            }
            return next != null;
        } catch (IOException e) {
            throw new DirectoryIteratorException(Failures.of(directory, e));
        }
    }

    private boolean more() throws IOException {
        while (entries.isEmpty() && page.page().next() != null) {
            directory.getFileSystem().requireOpen();
            page = listings.page(file, namePrefix, page.page().next());
            take(page);
        }
        return !entries.isEmpty();
    }

    private void take(Found found) {
        for (Entry entry : found.page().entries()) {
            switch (entry) {
                case FileEntry listed -> {
                    files.removeIf(earlier -> !listed.name().startsWith(earlier));
                    files.add(listed.name());
                    entries.add(entry);
                }
                case DirectoryEntry(String name) -> {
                    if (!files.contains(name)) {
                        entries.add(entry);
                        toWalk.add(file.resolve(name));
                    }
                }
            }
        }
    }

    private Path path(Entry entry) {
        S3Attributes attributes = switch (entry) {
            case FileEntry listed -> S3Attributes.ofFile(listed.size(), listed.modified());
            case DirectoryEntry _ -> S3Attributes.DIRECTORY;
        };
        return directory.child(entry.name()).with(new Listed(attributes, page.moment(), System.nanoTime(), this));
    }

    /// Called when a directory that this stream has given is opened.
    private synchronized void descending(FilePath child) {
        boolean everything = filter.getClass().getNestHost().equals(Files.class) && namePrefix.isEmpty();
        if (closed || !everything) {
            return;
        }
        ahead.remove(child);
        if (toWalk.contains(child)) {
            while (!child.equals(toWalk.remove())) {
                // Those before it were passed over.
            }
        }
        while (ahead.size() < Listings.MAX_AHEAD && !toWalk.isEmpty() && listings.begin(toWalk.element())) {
            ahead.add(toWalk.remove());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ahead.forEach(listings::forget);
        entries.clear();
        toWalk.clear();
    }
}
