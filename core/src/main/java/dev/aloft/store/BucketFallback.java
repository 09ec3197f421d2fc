package dev.aloft.store;

import dev.aloft.local.LocalEntry;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The objects of a bucket that a site moves away from, markers of empty directories among them.
///
/// A read is one of the version that was found, so no copy mixes two.
final class BucketFallback extends Fallback {

    private final Bucket bucket;
    private final String from;

    BucketFallback(Bucket bucket, String from, String prefix, String deletions) {
        super(prefix, deletions);
        if (!from.isEmpty() && !from.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with a slash: " + from);
        }
        this.bucket = bucket;
        this.from = from;
    }

    @Override
    void requireReachable() throws StoreException {
        bucket.requireReachable();
    }

    @Override
    Optional<StoredObject> find(ObjectKey key) throws IOException {
        if (!covers(key.value()) || key.value().length() == prefix().length()) {
            return Optional.empty();
        }
        return key.value().endsWith("/")
                ? marker(source(key))
                : bucket.head(source(key), Duration.ZERO)
                        .map(object -> file(object, LocalEntry.movedMetadata(object.metadata(), object.modified())));
    }

    /// The marker of a directory as it is listed: servers that keep objects as files have no headers for it.
    private Optional<StoredObject> marker(ObjectKey source) throws IOException {
        return bucket.list(ListQuery.flat(source.value()).withLimit(1)).objects().stream()
                .filter(object -> object.key().equals(source))
                .map(object -> file(object, Map.of()))
                .findFirst();
    }

    @Override
    InputStream read(StoredObject file, long offset) throws IOException {
        StoredObject source = new StoredObject(
                source(file.key()),
                file.size(),
                "\"" + file.etag().substring(TAG.length()),
                file.modified(),
                file.contentType(),
                file.cacheControl());
        try {
            return new ObjectSource(bucket, source).open(offset);
        } catch (StoreException e) {
            if (e.kind() == Kind.PRECONDITION || e.kind() == Kind.NOT_FOUND) {
                throw new StoreException(
                        Kind.BUSY, "cannot read s3://" + bucket.name() + "/" + source.key() + ": it is changing", e);
            }
            throw e;
        }
    }

    @Override
    Page list(ListQuery query) throws IOException {
        String after = query.after();
        Page page = bucket.listVisible(
                query.withPrefix(source(query.prefix())).after(after == null ? null : source(after)));
        return new Page(
                page.objects().stream().map(object -> file(object, Map.of())).toList(),
                page.prefixes().stream().map(this::target).toList(),
                page.hidden(),
                page.next() == null ? null : page.last().map(this::target).orElse(null));
    }

    @Override
    boolean hasFile(String start, Predicate<StoredObject> condition) throws IOException {
        ListQuery query = ListQuery.flat(source(start));
        for (Page page = bucket.list(query); ; page = bucket.list(query.after(page.next()))) {
            if (page.objects().stream().anyMatch(object -> condition.test(file(object, Map.of())))) {
                return true;
            }
            if (page.next() == null) {
                return false;
            }
        }
    }

    private StoredObject file(StoredObject object, Map<String, String> metadata) {
        return new StoredObject(
                ObjectKey.of(target(object.key().value())),
                object.size(),
                TAG + object.etag().replaceFirst("^\"", ""),
                object.modified(),
                object.contentType(),
                object.cacheControl(),
                object.contentEncoding(),
                metadata);
    }

    private ObjectKey source(ObjectKey key) {
        return ObjectKey.of(source(key.value()));
    }

    private String source(String key) {
        return from + key.substring(prefix().length());
    }

    private String target(String key) {
        return prefix() + key.substring(from.length());
    }
}
