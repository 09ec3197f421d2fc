package dev.aloft.store;

import dev.aloft.store.ObjectUploads.Target;
import dev.aloft.store.ObjectUploads.Write;
import dev.aloft.store.ObjectVersion.Written;
import dev.aloft.store.StoreException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creation of objects that must not be there yet, where a bucket keeps versions and its store for that reason no
/// condition, see [Provider#losesConditionsToVersions()]: writes, reads the order in which S3 has put the versions of
/// the key, and withdraws a version that lies on another one. Of several creators the first in S3's order wins, and it
/// alone. `docs/decisions/0020-creation-on-ceph-with-versions.md` has the reasons. Safe for many threads.
final class ExclusiveCreation {

    /// The number of versions of a key that are listed. So many that others write between a write and its list hide it:
    /// it is reported as failed then.
    static final int MAX_LOOKS = 100;

    private static final ObjectHeaders HEADERS = ObjectHeaders.ofType("application/octet-stream");
    private static final Logger LOG = LoggerFactory.getLogger(ExclusiveCreation.class);

    private final S3Requests requests;

    ExclusiveCreation(S3Requests requests) {
        this.requests = requests;
    }

    /// True if these credentials may list and delete versions, and Object Lock keeps none.
    ///
    /// @param directory a prefix of keys under which a trial may write; empty, or with a slash at its end
    boolean isPossible(String directory) throws StoreException {
        ObjectKey probe = ObjectKey.of(directory + ".aloft-probe-" + UUID.randomUUID());
        StoredObject _ = requests.put(new Target(probe, HEADERS, Map.of(), WriteCondition.always()), new byte[0]);
        try {
            for (ObjectVersion version : versions(probe)) {
                Optional<ReadRequests.Head> _ = requests.versions().lookedUp(probe, version.id());
                requests.versions().delete(probe, version.id());
            }
            return true;
        } catch (StoreException e) {
            if (e.kind() != Kind.DENIED) {
                throw e;
            }
            remove(probe);
            return false;
        }
    }

    private void remove(ObjectKey probe) {
        try {
            requests.delete(probe);
        } catch (StoreException e) {
            LOG.warn("a probe object is left behind: {}", e.getMessage());
        }
    }

    /// Makes a write on the condition that no object is there.
    ///
    /// @throws StoreException of kind `PRECONDITION` if there is one; nothing of the write is left then
    StoredObject run(Target target, Write write) throws IOException {
        if (requests.head(target.key()).isPresent()) {
            throw refusal(target);
        }
        StoredObject written;
        try {
            written = write.run();
        } catch (StoreException e) {
            if (mayHaveWritten(e)) {
                return settled(target, e);
            }
            throw e;
        }
        StoredObject _ = settled(target, unlisted(target));
        return written;
    }

    /// True if the answer may be lost, or the request still be under way.
    private static boolean mayHaveWritten(StoreException e) {
        boolean wasSent = e.kind() != Kind.BUSY && !e.isToldAgain();
        return (wasSent && (e.kind().passing() || e.kind() == Kind.INTERRUPTED)) || S3Errors.refusesRepetition(e);
    }

    private StoreException unlisted(Target target) {
        return new StoreException(
                Kind.UNAVAILABLE, "cannot write " + requests.uri(target.key()) + ": S3 does not list its version");
    }

    /// The version of a write that counts. The log tells of one that can be left on another one. An interrupt waits: it
    /// takes nothing back.
    ///
    /// @param unlisted the failure if S3 lists no version of this write
    private StoredObject settled(Target target, StoreException unlisted) throws StoreException {
        boolean interrupted = Thread.interrupted();
        try {
            return created(target).orElseThrow(() -> unlisted);
        } catch (StoreException e) {
            if (e.kind() != Kind.PRECONDITION) {
                LOG.warn(
                        "{}: a failed write can have made a version, or can make it yet; if the one with the metadata"
                                + " {}={} lies on another version, delete it: {}",
                        requests.uri(target.key()),
                        Target.MARK,
                        target.mark(),
                        e.getMessage());
            }
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// The version of a write that lies on no other; those that do are withdrawn, each sending of a request having made
    /// one. Empty if S3 lists no version of this write.
    private Optional<StoredObject> created(Target target) throws StoreException {
        List<ObjectVersion> versions = versions(target.key());
        for (int i = 0; i < Math.min(versions.size(), MAX_LOOKS - 1); i++) {
            if (versions.get(i) instanceof Written own && isOwn(own, target)) {
                if (i + 1 == versions.size() || versions.get(i + 1) instanceof ObjectVersion.Deleted) {
                    return Optional.of(own.object());
                }
                requests.versions().delete(own.key(), own.id());
                return Optional.of(created(target).orElseThrow(() -> refusal(target)));
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(Written version, Target target) throws StoreException {
        return requests.versions()
                .lookedUp(version.key(), version.id())
                .filter(head -> target.mark().equals(head.mark()))
                .isPresent();
    }

    /// The newest versions of a key and its deletions, the newest first.
    private List<ObjectVersion> versions(ObjectKey key) throws StoreException {
        return requests.versions().list(key.value(), MAX_LOOKS, null).versions().stream()
                .filter(version -> version.key().equals(key))
                .toList();
    }

    private StoreException refusal(Target target) {
        return new StoreException(
                Kind.PRECONDITION, "cannot write " + requests.uri(target.key()) + ": another version is there");
    }
}
