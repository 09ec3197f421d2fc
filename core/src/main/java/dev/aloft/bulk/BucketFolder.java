package dev.aloft.bulk;

import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectKey;
import java.util.Optional;

/// All keys of a bucket that begin with a prefix: the files of a site, or those of its backups.
///
/// @param bucket that holds them
/// @param prefix empty for the whole bucket, else with a slash at its end
public record BucketFolder(Bucket bucket, String prefix) {

    /// @throws IllegalArgumentException for a prefix without a slash at its end
    public BucketFolder {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix ends with a slash: " + prefix);
        }
    }

    /// The key of an object in the bucket.
    ///
    /// @param name below the prefix
    public ObjectKey key(String name) {
        return ObjectKey.of(prefix + name);
    }

    /// The name of an object below the prefix; nothing for the prefix's own marker and for other keys.
    public Optional<ObjectKey> name(ObjectKey key) {
        String value = key.value();
        return value.length() > prefix.length() && value.startsWith(prefix)
                ? Optional.of(ObjectKey.of(value.substring(prefix.length())))
                : Optional.empty();
    }

    /// For messages: `s3://media/shop/cat.jpg`.
    ///
    /// @param key from the bucket's root
    public String uri(ObjectKey key) {
        return "s3://" + bucket.name() + "/" + key;
    }

    /// For messages: `s3://media/shop/`.
    @Override
    public String toString() {
        return "s3://" + bucket.name() + "/" + prefix;
    }
}
