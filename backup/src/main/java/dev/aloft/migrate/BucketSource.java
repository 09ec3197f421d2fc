package dev.aloft.migrate;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.bulk.Joined;
import dev.aloft.local.LocalEntry;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ObjectSource;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A directory of another bucket, of any provider. Its objects keep their headers and metadata, and get the time of
/// their last change in these. Each is read in one version, which another may replace while it is copied.
record BucketSource(BucketFolder folder) implements MigrationSource {

    /// Headers of the marker of a directory, which is not read.
    private static final ObjectHeaders MARKER = new ObjectHeaders("application/x-directory", null);

    @Override
    public Joined.Source<SourceFile> files(MigrationSides sides, BiConsumer<String, String> refused) {
        BucketFolder.Listing listing = folder.list("");
        return new Joined.Source<>() {
            private boolean ended;

            @Override
            public @Nullable SourceFile next() throws IOException {
                for (StoredObject object = listing.next(); object != null; object = listing.next()) {
                    String name = listing.name(object).value();
                    Optional<String> defect = sides.has(name) ? sides.defect(name) : Optional.empty();
                    if (defect.isPresent()) {
                        refused.accept(name, defect.get());
                    } else if (sides.has(name)) {
                        return new SourceFile(name, object.size(), object.modified(), object.etag());
                    }
                }
                if (!ended && listing.hidden() > 0) {
                    refused.accept(folder.toString(), listing.hidden() + " keys are no paths, such as a//b or ../x");
                }
                ended = true;
                return null;
            }
        };
    }

    @Override
    public String copy(SourceFile file, MigrationSides sides, boolean isPrivate, WriteCondition condition)
            throws IOException {
        ObjectKey key = folder.key(file.name());
        if (isMarker(file)) {
            return sides.bucket()
                    .put(
                            sides.key(file.name()),
                            InputStream.nullInputStream(),
                            0,
                            MARKER,
                            LocalEntry.movedMetadata(Map.of(), file.modified()),
                            condition)
                    .etag();
        }
        try (ObjectSource source = asFile(key, () -> ObjectSource.of(folder.bucket(), key, file.size()))) {
            StoredObject object = source.object();
            return sides.bucket()
                    .put(
                            sides.key(file.name()),
                            offset -> asFile(key, () -> source.open(offset)),
                            object.size(),
                            ObjectHeaders.of(object),
                            isPrivate ? PrivateMark.with(metadata(object)) : metadata(object),
                            condition)
                    .etag();
        }
    }

    /// Servers that keep objects as files have no headers for one, and cannot look it up.
    private static boolean isMarker(SourceFile file) {
        return file.name().endsWith("/") && file.size() == 0;
    }

    private static Map<String, String> metadata(StoredObject object) {
        return LocalEntry.movedMetadata(object.metadata(), object.modified());
    }

    private interface Read<T> {
        T run() throws IOException;
    }

    /// A refusal that concerns this object alone is a failure of a file, which holds no other up.
    private <T> T asFile(ObjectKey key, Read<T> read) throws IOException {
        try {
            return read.run();
        } catch (StoreException e) {
            throw switch (e.kind()) {
                case NOT_FOUND -> new NoSuchFileException(folder.uri(key));
                case PRECONDITION -> new FileSystemException(folder.uri(key), null, "it was changed meanwhile");
                case DENIED, INVALID -> new FileSystemException(folder.uri(key), null, e.getMessage());
                default -> e;
            };
        }
    }

    @Override
    public Optional<SourceFile> again(SourceFile file) throws IOException {
        if (isMarker(file)) {
            return Optional.of(file);
        }
        return head(file)
                .map(now ->
                        isSame(file, now) ? file : new SourceFile(file.name(), now.size(), now.modified(), now.etag()));
    }

    /// Some listings have times in milliseconds, which a look-up does not have.
    private static boolean isSame(SourceFile file, StoredObject now) {
        return file.size() == now.size()
                && file.etag().equals(now.etag())
                && file.modified().truncatedTo(ChronoUnit.SECONDS).equals(now.modified());
    }

    @Override
    public InputStream read(SourceFile file) throws IOException {
        ObjectKey key = folder.key(file.name());
        return asFile(
                key, () -> ObjectSource.of(folder.bucket(), key, file.size()).open(0));
    }

    @Override
    public Instant came(SourceFile file) {
        return file.modified();
    }

    @Override
    public Instant time(SourceFile file) throws IOException {
        return head(file)
                .flatMap(object -> LocalEntry.sourceTime(metadata(object)))
                .orElse(file.modified());
    }

    private Optional<StoredObject> head(SourceFile file) throws IOException {
        return folder.bucket().head(folder.key(file.name()), Duration.ZERO);
    }

    /// A change of headers or of the private mark alone changes the time of an object, and not its ETag.
    @Override
    public boolean isCopied(SourceFile file, StoredObject now) throws IOException {
        if (hasOtherMd5(file, now)) {
            return false;
        }
        return head(file)
                .filter(object -> ObjectHeaders.of(object).equals(ObjectHeaders.of(now)))
                .filter(object -> PrivateMark.kept(metadata(object), now).equals(now.metadata()))
                .isPresent();
    }

    private static boolean hasOtherMd5(SourceFile file, StoredObject object) {
        return MigrationSides.isMd5(file.etag())
                && MigrationSides.isMd5(object.etag())
                && !file.etag().equals(object.etag());
    }

    @Override
    public boolean hasTag(SourceFile file, StoredObject object, MigrationSides sides) throws IOException {
        if (file.etag().equals(object.etag())) {
            return true;
        }
        if (hasOtherMd5(file, object)) {
            return false;
        }
        Instant time = time(file);
        return sides.bucket()
                .head(object.key(), Duration.ZERO)
                .flatMap(now -> LocalEntry.sourceTime(now.metadata()))
                .filter(time::equals)
                .isPresent();
    }
}
