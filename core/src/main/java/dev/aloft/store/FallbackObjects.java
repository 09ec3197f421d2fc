package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files of a [Fallback], if there is one, as objects: one that is asked for and missing in S3 is copied there
/// first, so that every reader has the object itself. Safe for many threads.
///
/// S3 decides between a copy and a write of the site at the same moment; the write stays. Where S3 cannot, nothing is
/// copied. A deletion marks the file before it deletes the object, and a copy looks for the mark again at its end; so
/// of two that meet, the deletion wins.
final class FallbackObjects {

    private static final int STRIPES = 64;
    private static final int MARKS_AT_ONCE = 16;
    private static final ObjectHeaders MARK = ObjectHeaders.ofType("application/x-empty");

    private final Optional<Fallback> files;
    private final S3Requests requests;
    private final ConditionalSupport conditions;
    private final RequestTracker tracker;
    private final ObjectUploads uploads;
    private final VisibleListing listing;
    private final List<ReentrantLock> copying = new ArrayList<>();

    FallbackObjects(
            Optional<Fallback> files,
            S3Requests requests,
            ConditionalSupport conditions,
            RequestTracker tracker,
            ObjectUploads uploads,
            VisibleListing listing) {
        this.files = files;
        this.requests = requests;
        this.conditions = conditions;
        this.tracker = tracker;
        this.listing = listing;
        this.uploads = uploads;
        for (int i = 0; i < STRIPES; i++) {
            copying.add(new ReentrantLock());
        }
    }

    /// True if there is a fallback.
    boolean isConfigured() {
        return files.isPresent();
    }

    /// The object that a key's file has become; empty if there is no such file, or the site has deleted it.
    ///
    /// @param key that S3 does not have
    Optional<StoredObject> bring(ObjectKey key) throws IOException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Fallback fallback = files.get();
        Optional<StoredObject> file = fallback.find(key);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        ReentrantLock lock = copying.get(Math.floorMod(key.hashCode(), STRIPES));
        boolean waited = !lock.tryLock();
        if (waited) {
            lock.lock();
        }
        try {
            Optional<StoredObject> other = waited ? tracker.run(() -> requests.head(key)) : Optional.empty();
            return other.isPresent() ? other : copy(fallback, key, file.get());
        } finally {
            lock.unlock();
        }
    }

    /// The object of a listed file, which is copied now if it was not in S3.
    StoredObject stored(StoredObject listed) throws IOException {
        if (!Fallback.isElsewhere(listed)) {
            return listed;
        }
        Optional<StoredObject> there = tracker.run(() -> requests.head(listed.key()));
        return (there.isPresent() ? there : bring(listed.key())).orElse(listed);
    }

    /// The object of a listed file, which is copied now if it was not in S3; empty if the site has written another
    /// version since the listing, or the file is gone.
    Optional<StoredObject> asListed(StoredObject listed) throws IOException {
        if (!Fallback.isElsewhere(listed)) {
            return Optional.of(listed);
        }
        StoredObject now = stored(listed);
        Optional<StoredObject> file = files.isPresent() ? files.get().find(listed.key()) : Optional.empty();
        return file.filter(source -> Fallback.isSource(source, now)).map(_ -> now);
    }

    private Optional<StoredObject> copy(Fallback fallback, ObjectKey key, StoredObject file) throws IOException {
        if (isDeleted(fallback.deletion(key), file)) {
            return Optional.empty();
        }
        conditions.requireSafeCopies(key);
        ObjectUploads.Target target = new ObjectUploads.Target(
                        key, ObjectHeaders.of(file), file.metadata(), WriteCondition.ifAbsent())
                .asMovedCopy();
        StoredObject written;
        try {
            written = ForeignSource.with(
                    offset -> fallback.read(file, offset),
                    body -> tracker.write(key, () -> uploads.write(target, body, file.size())));
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION) {
                return tracker.run(() -> requests.head(key));
            }
            throw e;
        }
        boolean isDeleted = isDeleted(fallback.deletion(key), file);
        if (!isDeleted && fallback.isUnchanged(file)) {
            return Optional.of(written);
        }
        withdraw(target);
        if (isDeleted) {
            return tracker.run(() -> requests.head(key));
        }
        throw new StoreException(
                Kind.BUSY, "cannot read " + requests.uri(key) + ": its file in the fallback is changing");
    }

    /// Deletes an own copy. An upload of the same bytes has the same ETag, and not its mark.
    private void withdraw(ObjectUploads.Target copy) throws IOException {
        Optional<StoredObject> there = tracker.run(() -> requests.written(copy.key(), copy.mark()));
        if (there.isPresent()) {
            deleteVersion(there.get());
        }
    }

    /// Deletes an object, unless the site has written another version meanwhile.
    void deleteVersion(StoredObject version) throws IOException {
        try {
            tracker.delete(version.key(), () -> requests.delete(version));
        } catch (StoreException e) {
            if (e.kind() != Kind.PRECONDITION && e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private boolean isDeleted(ObjectKey mark, StoredObject file) throws IOException {
        return tracker.run(() -> requests.head(mark))
                .filter(deletion -> !deletion.modified().isBefore(file.modified()))
                .isPresent();
    }

    /// Marks the files of keys as deleted that there are.
    void markDeleted(List<ObjectKey> keys) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        try (ExecutorService tasks = Executors.newFixedThreadPool(
                MARKS_AT_ONCE, Thread.ofVirtual().name("aloft-mark").factory())) {
            List<Future<?>> marks = new ArrayList<>();
            for (ObjectKey key : keys) {
                marks.add(tasks.submit(() -> {
                    markDeleted(key);
                    return null;
                }));
            }
            for (Future<?> mark : marks) {
                mark.get(); // bounded: every request has a time limit
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("a mark failed", e);
        } catch (InterruptedException e) {
            throw StoreException.interrupted("delete objects of s3://" + requests.bucket(), e);
        }
    }

    /// Marks a key's file as deleted, if there is one.
    void markDeleted(ObjectKey key) throws IOException {
        if (files.isPresent() && files.get().find(key).isPresent()) {
            ObjectKey mark = files.get().deletion(key);
            ObjectUploads.Target target = new ObjectUploads.Target(mark, MARK, Map.of(), WriteCondition.always());
            tracker.write(mark, () -> uploads.write(target, new ByteArrayInputStream(new byte[0]), 0));
        }
    }

    /// True if there is a file whose key begins so.
    ///
    /// @param start with a slash at its end
    boolean hasFilesUnder(String start) throws IOException {
        if (files.isEmpty() || !files.get().covers(start)) {
            return false;
        }
        Fallback fallback = files.get();
        Map<String, Instant> deletions = deletions(fallback, start);
        return fallback.hasFile(start, file -> isAlive(fallback, file, deletions));
    }

    /// A page of S3's keys together with those of files that are not there yet.
    Page list(ListQuery query) throws IOException {
        if (files.isEmpty() || !files.get().covers(query.prefix())) {
            return tracker.run(() -> requests.list(query));
        }
        Fallback fallback = files.get();
        Page page = listing.page(query);
        Page there = fallback.list(query);
        Optional<ObjectKey> end = Stream.of(page, there)
                .filter(each -> each.next() != null)
                .flatMap(each -> each.last().stream())
                .map(ObjectKey::of)
                .min(Comparator.naturalOrder());
        TreeMap<ObjectKey, Optional<StoredObject>> entries = new TreeMap<>();
        addAlive(fallback, query, there, entries);
        add(page, entries);
        end.ifPresent(last -> entries.tailMap(last, false).clear());
        boolean isFull = entries.size() > query.limit();
        while (entries.size() > query.limit()) {
            entries.pollLastEntry();
        }
        return new Page(
                entries.values().stream().flatMap(Optional::stream).toList(),
                entries.entrySet().stream()
                        .filter(entry -> entry.getValue().isEmpty())
                        .map(entry -> entry.getKey().value())
                        .toList(),
                page.hidden() + there.hidden(),
                isFull ? entries.lastKey().value() : end.map(ObjectKey::value).orElse(null));
    }

    /// The page behind a key, which need not exist.
    Page listBehind(ListQuery query, ObjectKey last) throws IOException {
        return files.isPresent() && files.get().covers(query.prefix())
                ? list(query.after(last.value()))
                : tracker.run(() -> requests.listBehind(query, last.value()));
    }

    /// Adds the objects of a page, and nothing for its prefixes.
    private static void add(Page page, Map<ObjectKey, Optional<StoredObject>> entries) {
        page.objects().forEach(object -> entries.put(object.key(), Optional.of(object)));
        page.prefixes().forEach(prefix -> entries.put(ObjectKey.of(prefix), Optional.empty()));
    }

    /// Adds those that the site has not deleted.
    private void addAlive(
            Fallback fallback, ListQuery query, Page there, Map<ObjectKey, Optional<StoredObject>> entries)
            throws IOException {
        if (there.isEmpty()) {
            return;
        }
        Map<String, Instant> deletions = deletions(fallback, query.prefix());
        Predicate<StoredObject> isAlive = file -> isAlive(fallback, file, deletions);
        List<String> directories = new ArrayList<>();
        for (String directory : there.prefixes()) {
            String name = directory.substring(fallback.prefix().length());
            if (deletions.keySet().stream().noneMatch(deleted -> deleted.startsWith(name))
                    || fallback.hasFile(directory, isAlive)) {
                directories.add(directory);
            }
        }
        add(new Page(there.objects().stream().filter(isAlive).toList(), directories, 0, null), entries);
        if (query.after() != null) {
            entries.keySet().removeIf(key -> key.compareTo(ObjectKey.of(query.after())) <= 0);
        }
    }

    private static boolean isAlive(Fallback fallback, StoredObject file, Map<String, Instant> deletions) {
        return deletions.getOrDefault(fallback.name(file.key()), Instant.MIN).isBefore(file.modified());
    }

    /// When the site deleted files whose keys begin so, by their names below the prefix.
    private Map<String, Instant> deletions(Fallback fallback, String start) throws IOException {
        Map<String, Instant> found = new HashMap<>();
        ListQuery query = ListQuery.flat(
                fallback.deletions() + start.substring(fallback.prefix().length()));
        for (Page page = marks(query); ; page = marks(query.after(page.next()))) {
            page.objects()
                    .forEach(mark -> found.put(
                            mark.key().value().substring(fallback.deletions().length()), mark.modified()));
            if (page.next() == null) {
                return found;
            }
        }
    }

    private Page marks(ListQuery query) throws IOException {
        return tracker.run(() -> requests.list(query));
    }
}
