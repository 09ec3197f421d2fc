package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Looks up marks of deletions. Looks that are requested during a LIST share the next one, and nothing waits for its
/// own: a migration of small files takes one request for each file, and few others beside them. Safe for many threads.
final class DeletionMarks {

    /// Limit of the looks that wait for an answer.
    static final int MAX_WAITING = 1000;

    private final BucketFolder folder;
    private final ReentrantLock listing = new ReentrantLock();
    private List<Look> waiting = new ArrayList<>();

    DeletionMarks(BucketFolder folder) {
        this.folder = folder;
    }

    /// Takes the answer to a look.
    interface Answer {

        /// @param mark null for none
        void take(@Nullable StoredObject mark) throws IOException;
    }

    private record Look(String name, Answer answer) {}

    /// Requests a look for the mark of a file. Its answer contains every mark that was made before; it comes from
    /// [#answer()], in any thread.
    synchronized void look(String name, Answer answer) {
        waiting.add(new Look(name, answer));
    }

    /// Answers the looks that wait, or leaves them to the thread that answers others now. To be called after a look, so
    /// that none is left when the last call has returned. Looks that fail are left to the next call.
    void answer() throws IOException, InterruptedException {
        if (waiting() >= MAX_WAITING) {
            listing.lockInterruptibly();
            answerLocked();
        }
        while (waiting() > 0 && listing.tryLock()) {
            answerLocked();
        }
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    private void answerLocked() throws IOException {
        try {
            List<Look> looks = take();
            if (!looks.isEmpty()) {
                answer(looks);
            }
        } finally {
            listing.unlock();
        }
    }

    private synchronized List<Look> take() {
        List<Look> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /// Answers the others although one fails. What fails waits again.
    ///
    /// @param looks not empty
    /// @throws IOException the first failure
    private void answer(List<Look> looks) throws IOException {
        Map<ObjectKey, StoredObject> marks;
        try {
            marks = marks(looks);
        } catch (IOException e) {
            again(looks);
            throw e;
        }
        @Nullable IOException failure = null;
        for (Look look : looks) {
            try {
                look.answer().take(marks.get(key(look)));
            } catch (IOException e) {
                again(List.of(look));
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized void again(List<Look> looks) {
        waiting.addAll(looks);
    }

    /// Lists the marks from the first name on. Behind a full page, the next begins at the next name: there are about as
    /// many LISTs as names at most, however many marks lie between them.
    private Map<ObjectKey, StoredObject> marks(List<Look> looks) throws IOException {
        TreeSet<ObjectKey> open = new TreeSet<>();
        looks.forEach(look -> open.add(key(look)));
        Map<ObjectKey, StoredObject> found = new HashMap<>();
        ListQuery query =
                ListQuery.flat(commonStart(open.first().value(), open.last().value()));
        String after = before(open.first());
        @Nullable ObjectKey end = null;
        while (true) {
            Page page = folder.bucket().listVisible(query.after(after));
            page.objects().stream()
                    .filter(mark -> open.contains(mark.key()))
                    .forEach(mark -> found.put(mark.key(), mark));
            if (page.next() == null) {
                return found;
            }
            ObjectKey last = page.objects().getLast().key();
            if (last.equals(end)) {
                throw new StoreException(
                        StoreException.Kind.INVALID, "cannot list " + folder + ": S3 does not begin behind " + after);
            }
            end = last;
            open.headSet(last, true).clear();
            if (open.isEmpty()) {
                return found;
            }
            String next = before(open.first());
            after = last.value().startsWith(next) ? last.value() : next;
        }
    }

    private ObjectKey key(Look look) {
        return folder.key(look.name());
    }

    /// A text shortly before a key: what lies between them begins with it.
    private static String before(ObjectKey key) {
        String value = key.value();
        return value.substring(0, value.offsetByCodePoints(value.length(), -1));
    }

    /// The beginning of two keys, which all keys between them have as well.
    private static String commonStart(String first, String last) {
        int same = 0;
        while (same < Math.min(first.length(), last.length()) && first.charAt(same) == last.charAt(same)) {
            same++;
        }
        boolean isHalf = same > 0 && Character.isHighSurrogate(first.charAt(same - 1));
        return first.substring(0, isHalf ? same - 1 : same);
    }
}
