package dev.aloft.bulk;

import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Two sequences in the order of their keys, read together: each key once, with what either has of it. For one
/// thread.
public final class Joined<L, R> {

    private final Side<L> left;
    private final Side<R> right;

    /// A sequence; null after its last element.
    public interface Source<T> {
        /// The next element.
        @Nullable
        T next() throws IOException;
    }

    /// The two entries of one key; one of them may be absent.
    public record Pair<L, R>(
            ObjectKey key, @Nullable L left, @Nullable R right) {}

    private Joined(Side<L> left, Side<R> right) {
        this.left = left;
        this.right = right;
    }

    /// @param left in the order of its keys
    /// @param right in the order of its keys
    public static <L, R> Joined<L, R> of(
            Source<L> left, Function<L, ObjectKey> leftKey, Source<R> right, Function<R, ObjectKey> rightKey) {
        return new Joined<>(new Side<>(left, leftKey), new Side<>(right, rightKey));
    }

    /// A sequence beside the objects of a folder, by their names below it.
    public static <L> Joined<L, StoredObject> withListing(
            Source<L> left, Function<L, ObjectKey> leftKey, BucketFolder.Listing listing) {
        return of(left, leftKey, listing::next, listing::name);
    }

    /// The next key of either; null after the last.
    @Nullable
    public Pair<L, R> next() throws IOException {
        left.advance();
        right.advance();
        if (left.isAtEnd() && right.isAtEnd()) {
            return null;
        }
        int order = left.isAtEnd() ? 1 : right.isAtEnd() ? -1 : left.key().compareTo(right.key());
        ObjectKey key = order <= 0 ? left.key() : right.key();
        return new Pair<>(key, order <= 0 ? left.take() : null, order >= 0 ? right.take() : null);
    }

    /// One sequence, with the element that is next.
    private static final class Side<T> {

        private final Source<T> source;
        private final Function<T, ObjectKey> keyOf;
        private @Nullable T head;
        private boolean ended;

        Side(Source<T> source, Function<T, ObjectKey> keyOf) {
            this.source = source;
            this.keyOf = keyOf;
        }

        void advance() throws IOException {
            if (head == null && !ended) {
                head = source.next();
                ended = head == null;
            }
        }

        boolean isAtEnd() {
            return head == null;
        }

        ObjectKey key() {
            return keyOf.apply(Objects.requireNonNull(head));
        }

        T take() {
            T taken = Objects.requireNonNull(head);
            head = null;
            return taken;
        }
    }
}
