package dev.aloft.backup.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.ObjectContent;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.ReadCondition;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The right of one host to run the scheduled backups of a site: an object that is written on conditions only, so that
/// S3 decides between hosts.
///
/// The holder renews it by writing it again. A holder that stops releases it. One that is killed leaves it as it is,
/// and another host takes it over after it has seen the same version for [#TERM]. That time is measured by the one
/// host, so no clocks are compared. A holder that could not renew in time gives up before another takes over.
///
/// Snapshots and prunes need no lock: the lease only keeps hosts from doing the same work twice. Safe for many threads.
final class ScheduleLease {

    /// A lease that was not renewed for so long can be taken over.
    static final Duration TERM = Duration.ofMinutes(3);

    /// A holder gives up after so long without a renewal.
    static final Duration HOLD_LIMIT = Duration.ofMinutes(2);

    private static final String NAME = "lease.json";
    private static final int MAX_BYTES = 4096;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BucketFolder folder;
    private final String holder;
    private final LongSupplier nanos;
    private @Nullable StoredObject held;
    private long renewedNanos;
    private String seen = "";
    private long seenNanos;

    /// @param folder of the backups
    /// @param holder names this process, as no other one
    /// @param nanos a clock that never goes back
    ScheduleLease(BucketFolder folder, String holder, LongSupplier nanos) {
        this.folder = folder;
        this.holder = holder;
        this.nanos = nanos;
    }

    /// Takes the lease if no other host has it.
    ///
    /// @return the object that was written for it; empty if another host has the lease
    /// @throws StoreException of kind `INVALID` on a store that does not keep conditions of writes
    synchronized Optional<StoredObject> take() throws IOException {
        Optional<WriteCondition> condition = condition();
        return condition.isEmpty() ? Optional.empty() : write(holder, condition.get());
    }

    /// Renews the lease.
    ///
    /// @return false if it is lost
    synchronized boolean renew() throws IOException {
        return held != null
                && write(holder, WriteCondition.ifVersion(held.etag())).isPresent();
    }

    /// True if it was not renewed for so long that another host may be about to take it over.
    synchronized boolean isDoubtful() {
        return nanos.getAsLong() - renewedNanos >= HOLD_LIMIT.toNanos();
    }

    /// Gives the lease back; does nothing if it is lost.
    synchronized void release() throws IOException {
        StoredObject last = held;
        held = null;
        if (last != null) {
            write("", WriteCondition.ifVersion(last.etag()));
            held = null;
        }
    }

    /// The condition on which this host may write the lease; empty while another one holds it.
    private Optional<WriteCondition> condition() throws IOException {
        try (ObjectContent content =
                folder.bucket().get(key(), null, ReadCondition.any()).orElseThrow()) {
            String version = content.object().etag();
            boolean isReleased = holder(content.body().readNBytes(MAX_BYTES)).isEmpty();
            return isReleased || hasStood(version) ? Optional.of(WriteCondition.ifVersion(version)) : Optional.empty();
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.of(WriteCondition.ifAbsent());
            }
            throw e;
        }
    }

    private boolean hasStood(String version) {
        long now = nanos.getAsLong();
        if (!version.equals(seen)) {
            seen = version;
            seenNanos = now;
        }
        return now - seenNanos >= TERM.toNanos();
    }

    /// The holder's name; empty if the lease was released. Other bytes are held by a stranger until its term ends.
    private static String holder(byte[] text) {
        try {
            return JSON.readTree(text).path("holder").asString("unknown");
        } catch (JacksonException e) {
            return "unknown";
        }
    }

    private Optional<StoredObject> write(String name, WriteCondition condition) throws IOException {
        byte[] bytes = JSON.createObjectNode()
                .put("holder", name)
                .put("version", UUID.randomUUID().toString()) // the same bytes would have the same ETag
                .toString()
                .getBytes(UTF_8);
        long sent = nanos.getAsLong();
        try {
            StoredObject written = folder.bucket()
                    .put(key(), new ByteArrayInputStream(bytes), bytes.length, "application/json", condition);
            held = written;
            renewedNanos = sent;
            return Optional.of(written);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.PRECONDITION) {
                held = null;
                return Optional.empty();
            }
            throw e;
        }
    }

    private ObjectKey key() {
        return folder.key(NAME);
    }
}
