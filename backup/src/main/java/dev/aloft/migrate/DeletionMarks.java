package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectKey;
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

    private record Look(ObjectKey name, Answer answer) {}

    /// Requests a look for the mark of a file. Its answer contains every mark that was made before; it comes from
    /// [#answer()], in any thread.
    synchronized void look(String name, Answer answer) {
        waiting.add(new Look(ObjectKey.of(name), answer));
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
                look.answer().take(marks.get(look.name()));
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

    private Map<ObjectKey, StoredObject> marks(List<Look> looks) throws IOException {
        TreeSet<ObjectKey> names = new TreeSet<>();
        looks.forEach(look -> names.add(look.name()));
        Map<ObjectKey, StoredObject> found = new HashMap<>();
        BucketFolder.Listing marks =
                folder.list(commonStart(names.first().value(), names.last().value()));
        for (StoredObject mark = marks.next(); mark != null; mark = marks.next()) {
            ObjectKey name = marks.name(mark);
            if (name.compareTo(names.last()) > 0) {
                break;
            }
            if (names.contains(name)) {
                found.put(name, mark);
            }
        }
        return found;
    }

    /// The beginning of two names, which all names between them have as well.
    private static String commonStart(String first, String last) {
        int same = 0;
        while (same < Math.min(first.length(), last.length()) && first.charAt(same) == last.charAt(same)) {
            same++;
        }
        boolean isHalf = same > 0 && Character.isHighSurrogate(first.charAt(same - 1));
        return first.substring(0, isHalf ? same - 1 : same);
    }
}
