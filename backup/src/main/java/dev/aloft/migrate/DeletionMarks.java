package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ListQuery;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Looks up marks of deletions. A look sees every mark that was made before it began. Looks that wait for another one
/// share the next LIST, so that a migration of small files takes little more than one request for each file. Safe for
/// many threads.
final class DeletionMarks {

    private final BucketFolder folder;
    private final ReentrantLock listing = new ReentrantLock();
    private Group waiting = new Group();

    DeletionMarks(BucketFolder folder) {
        this.folder = folder;
    }

    /// Looks that one LIST answers.
    private static final class Group {

        /// The beginning that all names have in common; null before the first.
        private @Nullable String start;

        private @Nullable Answer answer;

        void add(String name) {
            String before = start;
            if (before == null) {
                start = name;
                return;
            }
            int same = 0;
            while (same < Math.min(before.length(), name.length()) && before.charAt(same) == name.charAt(same)) {
                same++;
            }
            start = name.substring(0, same);
        }
    }

    /// @param whole false if there are more marks than a page holds
    private record Answer(Map<String, StoredObject> marks, boolean whole) {}

    /// The mark of a file; empty for none.
    Optional<StoredObject> find(String name) throws IOException, InterruptedException {
        Answer answer = answer(join(name));
        return answer.whole
                ? Optional.ofNullable(answer.marks.get(name))
                : folder.bucket().head(folder.key(name), Duration.ZERO);
    }

    private synchronized Group join(String name) {
        waiting.add(name);
        return waiting;
    }

    /// The answer to a group. The first of its looks that comes to the lock closes the group and lists; if that fails,
    /// the next one lists again.
    private Answer answer(Group group) throws IOException, InterruptedException {
        listing.lockInterruptibly();
        try {
            Answer answer = group.answer;
            if (answer == null) {
                answer = list(close(group));
                group.answer = answer;
            }
            return answer;
        } finally {
            listing.unlock();
        }
    }

    private synchronized String close(Group group) {
        if (waiting == group) {
            waiting = new Group();
        }
        return group.start == null ? "" : group.start;
    }

    private Answer list(String start) throws IOException {
        Page page = folder.bucket().list(ListQuery.flat(folder.prefix() + start));
        Map<String, StoredObject> marks = new HashMap<>();
        for (StoredObject mark : page.objects()) {
            folder.name(mark.key()).ifPresent(name -> marks.put(name.value(), mark));
        }
        return new Answer(marks, page.nextToken().isEmpty());
    }
}
