package dev.aloft.transfer;

import dev.aloft.bulk.Joined;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Entries in the order of their names' UTF-8 bytes. For one thread.
public interface EntrySource extends Joined.Source<Entry> {

    /// The number of keys so far that are no path, such as `a//b`. They are not among the entries.
    default long hidden() {
        return 0;
    }

    static EntrySource of(List<Entry> entries) {
        Iterator<Entry> rest = entries.iterator();
        return () -> rest.hasNext() ? rest.next() : null;
    }

    /// The entries that pass a test.
    default EntrySource filter(Predicate<Entry> test) {
        EntrySource all = this;
        return new EntrySource() {
            @Override
            public @Nullable Entry next() throws IOException {
                Entry entry = all.next();
                while (entry != null && !test.test(entry)) {
                    entry = all.next();
                }
                return entry;
            }

            @Override
            public long hidden() {
                return all.hidden();
            }
        };
    }
}
