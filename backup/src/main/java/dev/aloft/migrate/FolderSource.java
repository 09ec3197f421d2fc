package dev.aloft.migrate;

import dev.aloft.bulk.Joined;
import dev.aloft.files.WriteHeaders;
import dev.aloft.local.LocalEntry;
import dev.aloft.local.LocalFolder;
import dev.aloft.store.PrivateMark;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BiConsumer;

/// A local folder. Its files get the headers of any upload.
record FolderSource(LocalFolder folder) implements MigrationSource {

    /// A file as an entry of the folder.
    static LocalEntry entry(SourceFile file) {
        return new LocalEntry(file.name(), LocalEntry.Kind.FILE, file.size(), file.modified());
    }

    private static SourceFile file(LocalEntry entry) {
        return new SourceFile(entry.name(), entry.size(), entry.modified(), "");
    }

    @Override
    public Joined.Source<SourceFile> files(MigrationSides sides, BiConsumer<String, String> refused)
            throws IOException {
        Candidates candidates =
                new Candidates(sides, folder.walk(""), (entry, reason) -> refused.accept(entry.name(), reason));
        return () -> {
            LocalEntry next = candidates.next();
            return next == null ? null : file(next);
        };
    }

    @Override
    public String copy(SourceFile file, MigrationSides sides, boolean isPrivate, WriteCondition condition)
            throws IOException {
        LocalEntry entry = entry(file);
        return sides.files()
                .write(
                        sides.path(file.name()),
                        offset -> folder.read(entry, offset),
                        file.size(),
                        new WriteHeaders(null, null, isPrivate ? PrivateMark.with(entry.metadata()) : entry.metadata()),
                        condition)
                .etag();
    }

    @Override
    public Optional<SourceFile> again(SourceFile file) throws IOException {
        return folder.find(file.name()).map(FolderSource::file);
    }

    @Override
    public InputStream read(SourceFile file) throws IOException {
        return folder.read(entry(file));
    }

    @Override
    public Instant came(SourceFile file) throws IOException {
        return folder.changed(entry(file));
    }

    @Override
    public Instant time(SourceFile file) {
        return file.modified();
    }

    @Override
    public boolean isCopied(SourceFile file, StoredObject now) {
        return entry(file).isSource(now.metadata());
    }

    /// An ETag that is no MD5, as of an upload in parts, says nothing; then the object's metadata names its source.
    @Override
    public boolean hasTag(SourceFile file, StoredObject object, MigrationSides sides) throws IOException {
        if (MigrationSides.isMd5(object.etag())) {
            return object.etag().equals("\"" + md5(file) + "\"");
        }
        return sides.bucket()
                .head(object.key(), Duration.ZERO)
                .filter(now -> isCopied(file, now))
                .isPresent();
    }

    private String md5(SourceFile file) throws IOException {
        try (InputStream local = read(file)) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            local.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}
