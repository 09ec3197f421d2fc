package dev.aloft.backup.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.backup.Backups;
import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.StoreException;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// The right of one host to run the scheduled backups of a site: a sequence of numbered objects. The host that creates
/// the next one has the lease, and S3 lets only one host do so. The creation of an object that is not there is the only
/// condition that this needs, because some stores keep no other.
///
/// The holder renews the lease by the next object. A holder that stops releases it by an empty one. One that is killed
/// leaves it as it is, and another host takes it over after it has seen the same newest object for [#TERM]. That time
/// is measured by the one host, so no clocks are compared. A holder that could not renew in time gives up before
/// another takes over. A prune deletes all but the newest object when they are a day old: a host would have to stand
/// still for so long between its look and its write to take one that others had before.
///
/// Snapshots and prunes need no lock: the lease only keeps hosts from doing the same work twice. Safe for many threads.
final class ScheduleLease {

    /// A lease that was not renewed for so long can be taken over.
    static final Duration TERM = Duration.ofMinutes(3);

    /// A holder gives up after so long without a renewal.
    static final Duration HOLD_LIMIT = Duration.ofMinutes(2);

    private static final Pattern NAME = Pattern.compile(Pattern.quote(Backups.LEASE) + "([0-9]{12})\\.json");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final BucketFolder folder;
    private final String holder;
    private final LongSupplier nanos;

    /// Number of this host's object; 0 if it has not the lease.
    private long held;

    private long renewedNanos;
    private Turn seen = new Turn(0, true);
    private long seenNanos;

    /// @param folder of the backups
    /// @param holder names this process, as no other one
    /// @param nanos a clock that never goes back
    ScheduleLease(BucketFolder folder, String holder, LongSupplier nanos) {
        this.folder = folder;
        this.holder = holder;
        this.nanos = nanos;
    }

    /// The newest object.
    ///
    /// @param number 0 if there is none
    private record Turn(long number, boolean isFree) {}

    /// Takes the lease if no other host has it.
    ///
    /// @return the object that was written for it; empty if another host has the lease
    /// @throws StoreException of kind `INVALID` on a store that creates nothing exclusively
    synchronized Optional<StoredObject> take() throws IOException {
        Turn newest = newest();
        return newest.isFree() || hasStood(newest) ? hold(newest.number() + 1) : Optional.empty();
    }

    /// Renews the lease.
    ///
    /// @return false if it is lost
    synchronized boolean renew() throws IOException {
        return held > 0 && hold(held + 1).isPresent();
    }

    /// True if it was not renewed for so long that another host may be about to take it over.
    synchronized boolean isDoubtful() {
        return nanos.getAsLong() - renewedNanos >= HOLD_LIMIT.toNanos();
    }

    /// Gives the lease back; does nothing if it is lost.
    synchronized void release() throws IOException {
        long last = held;
        held = 0;
        if (last > 0) {
            create(last + 1, new byte[0]);
        }
    }

    private Turn newest() throws IOException {
        Turn newest = new Turn(0, true);
        BucketFolder.Listing objects = folder.list(Backups.LEASE);
        for (StoredObject object = objects.next(); object != null; object = objects.next()) {
            Matcher name = NAME.matcher(objects.name(object).value());
            if (name.matches()) {
                newest = new Turn(Long.parseLong(name.group(1)), object.size() == 0);
            }
        }
        return newest;
    }

    private boolean hasStood(Turn newest) {
        long now = nanos.getAsLong();
        if (!newest.equals(seen)) {
            seen = newest;
            seenNanos = now;
        }
        return now - seenNanos >= TERM.toNanos();
    }

    private Optional<StoredObject> hold(long number) throws IOException {
        long sent = nanos.getAsLong();
        byte[] text = JSON.createObjectNode().put("holder", holder).toString().getBytes(UTF_8);
        Optional<StoredObject> created = create(number, text);
        if (created.isPresent()) {
            held = number;
            renewedNanos = sent;
        } else {
            held = 0;
        }
        return created;
    }

    /// @return empty if the object is there already
    private Optional<StoredObject> create(long number, byte[] bytes) throws IOException {
        try {
            return Optional.of(folder.bucket()
                    .put(
                            folder.key(Backups.LEASE + "%012d.json".formatted(number)),
                            new ByteArrayInputStream(bytes),
                            bytes.length,
                            "application/json",
                            WriteCondition.ifAbsent()));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.PRECONDITION) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
