package dev.aloft.server.tachyon;

import dev.aloft.files.FilePath;
import dev.aloft.image.Rendition;
import dev.aloft.store.Bucket;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoreException.Kind;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renditions in S3, shared by all edges: below `renditions/`, beside the site's `uploads/`, each under its original's
/// name and its own tag. The tag contains the original's version, so a replaced original never returns an old
/// rendition. A lifecycle rule of the bucket removes unused renditions.
///
/// Best effort: no request waits for a write, at most [#MAX_WRITING] writes run at once and further ones are skipped,
/// and every failure here is treated as a missing rendition. Safe for many threads.
final class KeptRenditions {

    static final int MAX_WRITING = 8;

    private static final Logger LOG = LoggerFactory.getLogger(KeptRenditions.class);

    private final Bucket bucket;
    private final String prefix;
    private final Semaphore writing = new Semaphore(MAX_WRITING);
    private volatile boolean refused;

    /// @param top the prefix in the bucket that holds the site's `uploads/`
    KeptRenditions(Bucket bucket, FilePath top) {
        this.bucket = bucket;
        this.prefix = top.resolve("renditions").value() + "/";
    }

    /// A rendition read from S3.
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Kept(String mediaType, byte[] bytes) {}

    /// @param name of the original below the uploads
    Optional<Kept> find(String name, RenditionTag tag) {
        Optional<ObjectKey> key = key(name, tag);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try (ObjectContent content =
                bucket.get(key.get(), null, ReadCondition.any()).orElseThrow()) {
            StoredObject object = content.object();
            byte[] bytes = content.body().readAllBytes();
            return object.type().map(type -> new Kept(type, bytes));
        } catch (IOException e) {
            LOG.debug("no kept rendition: {}", e.toString());
            return Optional.empty();
        }
    }

    /// Stores the rendition asynchronously, best effort.
    void keep(String name, RenditionTag tag, Rendition rendition) {
        Optional<ObjectKey> key = key(name, tag);
        if (refused || key.isEmpty() || !writing.tryAcquire()) {
            return;
        }
        Thread _ = Thread.ofVirtual().name("aloft-rendition").start(() -> {
            try {
                write(key.get(), rendition);
            } finally {
                writing.release();
            }
        });
    }

    private void write(ObjectKey key, Rendition rendition) {
        byte[] bytes = rendition.bytes();
        try {
            StoredObject _ = bucket.put(
                    key,
                    new ByteArrayInputStream(bytes),
                    bytes.length,
                    rendition.format().mediaType(),
                    WriteCondition.always());
        } catch (StoreException e) {
            refused |= e.kind() == Kind.DENIED;
            LOG.warn(
                    "a rendition is not kept{}: {}",
                    refused ? ", nor are others until the next start; let Aloft write to " + prefix : "",
                    e.getMessage());
        } catch (IOException e) {
            LOG.warn("a rendition is not kept: {}", e.toString());
        }
    }

    /// Empty if the name is too long for a tag to follow it.
    private Optional<ObjectKey> key(String name, RenditionTag tag) {
        try {
            return Optional.of(ObjectKey.of(prefix + name + "/" + tag.value()));
        } catch (IllegalArgumentException tooLong) {
            return Optional.empty();
        }
    }
}
