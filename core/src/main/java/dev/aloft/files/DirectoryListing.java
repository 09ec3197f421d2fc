package dev.aloft.files;

import dev.aloft.files.DirectoryPage.DirectoryEntry;
import dev.aloft.files.DirectoryPage.Entry;
import dev.aloft.files.DirectoryPage.FileEntry;
import dev.aloft.store.Page;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Turns a page of keys into a page of a directory.
final class DirectoryListing {

    private DirectoryListing() {}

    static DirectoryPage of(FilePath directory, Page page) {
        int start = directory.prefix().length();
        Stream<Entry> files = page.objects().stream()
                .filter(o -> !o.key().value().endsWith("/"))
                .map(o -> new FileEntry(o.key().value().substring(start), o.size(), o.modified()));
        Stream<Entry> directories =
                page.prefixes().stream().map(p -> new DirectoryEntry(p.substring(start, p.length() - 1)));
        List<Entry> entries = Stream.concat(files, directories)
                .sorted(Comparator.comparing(DirectoryListing::order, Arrays::compareUnsigned))
                .toList();
        return new DirectoryPage(entries, page.next());
    }

    /// S3's order of a directory's entries, in which one page follows the other: a directory counts with its
    /// slash.
    private static byte[] order(Entry entry) {
        String key = entry instanceof DirectoryEntry ? entry.name() + "/" : entry.name();
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
