package dev.aloft.cli.files;

import dev.aloft.local.LocalEntry;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Decides whether a file and its counterpart have the same bytes: by size and time, or by size and MD5. Safe for many
/// threads.
enum Comparison {
    /// A counterpart of the same size is the same unless the source was changed later. S3 is asked for the metadata of
    /// an object only where the times of a listing do not tell. Between buckets, headers and metadata count, too.
    TIME {
        @Override
        boolean hasSameBytes(FileRoot from, Entry source, FileRoot to, Entry counterpart) throws IOException {
            return switch (from) {
                case LocalRoot _ ->
                    switch (to) {
                        case LocalRoot _ -> source.modified().equals(counterpart.modified());
                        case BucketRoot bucket ->
                            !counterpart.modified().isBefore(source.modified()) || isCopy(bucket, counterpart, source);
                    };
                case BucketRoot bucket ->
                    switch (to) {
                        case LocalRoot _ ->
                            source.modified().equals(counterpart.modified()) || isCopy(bucket, source, counterpart);
                        case BucketRoot other -> {
                            Optional<Boolean> told = byTag(source, counterpart);
                            yield told.orElse(!counterpart.modified().isBefore(source.modified()))
                                    && (counterpart.modified().isAfter(source.modified())
                                            || bucket.hasSameHeaders(source, other, counterpart));
                        }
                    };
            };
        }
    },

    /// The MD5 of a local file is compared with the ETag of an object, which is read where its ETag is no MD5.
    CHECKSUM {
        @Override
        boolean hasSameBytes(FileRoot from, Entry source, FileRoot to, Entry counterpart) throws IOException {
            return md5(from, source).equals(md5(to, counterpart));
        }
    };

    private static final Pattern MD5 = Pattern.compile("\"([0-9a-f]{32})\"");

    boolean isSame(FileRoot from, Entry source, FileRoot to, Entry counterpart) throws IOException {
        return source.kind() == counterpart.kind()
                && source.size() == counterpart.size()
                && (!source.isFile() || hasSameBytes(from, source, to, counterpart));
    }

    /// @param counterpart of the same size
    abstract boolean hasSameBytes(FileRoot from, Entry source, FileRoot to, Entry counterpart) throws IOException;

    /// True if an object has the time of this local file in its metadata.
    private static boolean isCopy(BucketRoot bucket, Entry object, Entry local) throws IOException {
        return bucket.object(object.name())
                .map(StoredObject::metadata)
                .flatMap(LocalEntry::sourceTime)
                .filter(local.modified()::equals)
                .isPresent();
    }

    /// @return empty if one of the ETags is no MD5
    private static Optional<Boolean> byTag(Entry one, Entry other) {
        if (one.etag().equals(other.etag())) {
            return Optional.of(true);
        }
        boolean areDigests =
                MD5.matcher(one.etag()).matches() && MD5.matcher(other.etag()).matches();
        return areDigests ? Optional.of(false) : Optional.empty();
    }

    private static String md5(FileRoot root, Entry file) throws IOException {
        Matcher tag = MD5.matcher(file.etag());
        if (tag.matches()) {
            return tag.group(1);
        }
        try (InputStream bytes = root.read(file.name())) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}
