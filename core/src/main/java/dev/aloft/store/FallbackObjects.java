package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.store.StoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The files of a [Fallback], if there is one, as objects: one that is asked for and missing in S3 is copied there
/// first, so that every reader has the object itself. Safe for many threads.
///
/// S3 decides between a copy and a write of the site at the same moment; the write stays. A deletion marks the file
/// before it deletes the object, and a copy looks for the mark again at its end; so of two that meet, the deletion
/// wins.
final class FallbackObjects {

    private static final int STRIPES = 64;
    private static final ObjectHeaders MARK = ObjectHeaders.ofType("application/x-empty");

    /// Sorts after every key below a directory, as its end in a listing that continues behind the directory.
    private static final String BEHIND = "\uFFFD\uFFFD";

    private final Optional<Fallback> files;
    private final S3Requests requests;
    private final RequestTracker tracker;
    private final ObjectUploads uploads;
    private final List<ReentrantLock> copying = new ArrayList<>();

    FallbackObjects(Optional<Fallback> files, S3Requests requests, RequestTracker tracker, ObjectUploads uploads) {
        this.files = files;
        this.requests = requests;
        this.tracker = tracker;
        this.uploads = uploads;
        for (int i = 0; i < STRIPES; i++) {
            copying.add(new ReentrantLock());
        }
    }

    /// The object that a key's file has become; empty if the folder has no such file, or the site has deleted it.
    ///
    /// @param key that S3 does not have
    Optional<StoredObject> bring(ObjectKey key) throws IOException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Fallback fallback = files.get();
        Optional<LocalEntry> file = fallback.find(key);
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
        if (!Fallback.isLocal(listed)) {
            return listed;
        }
        Optional<StoredObject> there = tracker.run(() -> requests.head(listed.key()));
        return (there.isPresent() ? there : bring(listed.key())).orElse(listed);
    }

    /// The object of a listed file, which is copied now if it was not in S3; empty if the site has written another
    /// version since the listing, or the file is gone.
    Optional<StoredObject> asListed(StoredObject listed) throws IOException {
        if (!Fallback.isLocal(listed)) {
            return Optional.of(listed);
        }
        StoredObject now = stored(listed);
        Optional<LocalEntry> file = files.isPresent() ? files.get().find(listed.key()) : Optional.empty();
        return file.filter(source -> source.isSource(now.metadata())).map(_ -> now);
    }

    private Optional<StoredObject> copy(Fallback fallback, ObjectKey key, LocalEntry file) throws IOException {
        if (isDeleted(fallback.deletion(key), file)) {
            return Optional.empty();
        }
        ObjectUploads.Target target = new ObjectUploads.Target(
                key, fallback.headers().apply(key), file.metadata(), WriteCondition.ifAbsent());
        StoredObject written;
        try (InputStream body = fallback.folder().read(file)) {
            written = tracker.write(key, () -> uploads.write(target, body, file.size()));
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION) {
                return tracker.run(() -> requests.head(key));
            }
            throw e;
        }
        boolean isDeleted = isDeleted(fallback.deletion(key), file);
        if (!isDeleted && fallback.find(key).filter(file::equals).isPresent()) {
            return Optional.of(written);
        }
        deleteVersion(written);
        if (isDeleted) {
            return tracker.run(() -> requests.head(key));
        }
        throw new StoreException(Kind.BUSY, "cannot read " + requests.uri(key) + ": its local file is changing");
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

    private boolean isDeleted(ObjectKey mark, LocalEntry file) throws IOException {
        return tracker.run(() -> requests.head(mark))
                .filter(deletion -> !deletion.modified().isBefore(file.modified()))
                .isPresent();
    }

    /// Marks a key's file as deleted, if the folder has one.
    void markDeleted(ObjectKey key) throws IOException {
        if (files.isPresent() && files.get().find(key).isPresent()) {
            ObjectKey mark = files.get().deletion(key);
            ObjectUploads.Target target = new ObjectUploads.Target(mark, MARK, Map.of(), WriteCondition.always());
            tracker.write(mark, () -> uploads.write(target, new ByteArrayInputStream(new byte[0]), 0));
        }
    }

    /// True if the folder has a file whose key begins so.
    ///
    /// @param start with a slash at its end
    boolean hasFilesUnder(String start) throws IOException {
        if (files.isEmpty() || !files.get().covers(start)) {
            return false;
        }
        Fallback fallback = files.get();
        Map<String, Instant> deletions = deletions(fallback, start);
        return fallback.hasFile(start, file -> isAlive(file, deletions));
    }

    /// A page of S3's keys together with those of files that are not there yet.
    Page list(ListQuery query) throws IOException {
        if (files.isEmpty() || !files.get().covers(query.prefix())) {
            return tracker.run(() -> requests.list(query));
        }
        String from = query.after();
        Page page = tracker.run(() -> requests.listBehind(query, from == null ? null : behind(from)));
        while (page.next() != null
                && page.objects().isEmpty()
                && page.prefixes().isEmpty()) {
            page = behindHidden(query, page); // only hidden keys, behind which no page can begin
        }
        TreeMap<ObjectKey, Object> entries = new TreeMap<>();
        page.prefixes().forEach(prefix -> entries.put(ObjectKey.of(prefix), prefix));
        page.objects().forEach(object -> entries.put(object.key(), object));
        @Nullable ObjectKey last = page.next() == null || entries.isEmpty() ? null : entries.lastKey();
        addLocal(files.get(), query, last, entries);
        boolean isCut = entries.size() > query.limit() || page.next() != null;
        while (entries.size() > query.limit()) {
            entries.pollLastEntry();
        }
        return new Page(
                entries.values().stream()
                        .filter(StoredObject.class::isInstance)
                        .map(StoredObject.class::cast)
                        .toList(),
                entries.values().stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList(),
                page.hidden(),
                isCut && !entries.isEmpty() ? entries.lastKey().value() : null);
    }

    private Page behindHidden(ListQuery query, Page hidden) throws IOException {
        Page next = tracker.run(() -> requests.list(query.after(hidden.next())));
        return new Page(next.objects(), next.prefixes(), hidden.hidden() + next.hidden(), next.next());
    }

    private static String behind(String last) {
        return last.endsWith("/") ? last + BEHIND : last;
    }

    /// @param last the last key of S3's page, or null if that is the last page
    private void addLocal(Fallback fallback, ListQuery query, @Nullable ObjectKey last, Map<ObjectKey, Object> entries)
            throws IOException {
        List<LocalEntry> files = fallback.list(query);
        if (files.isEmpty()) {
            return;
        }
        Map<String, Instant> deletions = deletions(fallback, query.prefix());
        for (LocalEntry file : files) {
            boolean isDirectory = !file.isFile();
            ObjectKey key = ObjectKey.of(fallback.prefix() + file.name() + (isDirectory ? "/" : ""));
            boolean isInPage = (query.after() == null || key.compareTo(ObjectKey.of(query.after())) > 0)
                    && (last == null || key.compareTo(last) <= 0);
            if (!isInPage || entries.containsKey(key)) {
                continue;
            }
            if (isDirectory && fallback.hasFile(key.value(), each -> isAlive(each, deletions))) {
                entries.put(key, key.value());
            } else if (!isDirectory && isAlive(file, deletions)) {
                entries.put(key, fallback.listed(file));
            }
        }
    }

    private static boolean isAlive(LocalEntry file, Map<String, Instant> deletions) {
        return deletions.getOrDefault(file.name(), Instant.MIN).isBefore(file.modified());
    }

    /// When the site deleted files whose keys begin so, by their names in the folder.
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
