package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a bucket's store keeps the condition of a write, or writes all the same.
///
/// A store that does not know `If-None-Match` or `If-Match` often says nothing and overwrites, and then two hosts
/// lose each other's files. The makes that [Provider] knows keep conditions. Any other is asked once, before the
/// first write on a condition: an empty object of a new name, beside the one that is to be written, is created
/// twice, replaced over a version that it never had, and deleted. If the store lets that pass, writes on a
/// condition fail from then on; others go on. Safe for many threads.
final class Conditions {

    private static final String NO_VERSION = "\"00000000000000000000000000000000\"";

    private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);

    private final S3Requests requests;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Answer answer;

    Conditions(S3Requests requests, Provider provider) {
        this.requests = requests;
        this.answer = provider.keepsConditions() ? Answer.KEPT : Answer.UNKNOWN;
    }

    /// Fails when a write on this condition would be one without.
    void demandKept(Uploads.Target target) throws StoreException {
        if (target.condition() instanceof WriteCondition.Always) {
            return;
        }
        if (answer == Answer.UNKNOWN) {
            asking.lock();
            try {
                if (answer == Answer.UNKNOWN) {
                    answer = ask(target.key());
                }
            } finally {
                asking.unlock();
            }
        }
        if (answer == Answer.IGNORED) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot write " + requests.uri(target.key()) + " on a condition: this store ignores If-None-Match"
                            + " or If-Match, so that two writers would lose each other's files (use one that keeps"
                            + " them, as AWS, Ceph, MinIO and R2 do)");
        }
    }

    private Answer ask(ObjectKey beside) throws StoreException {
        String directory = beside.value().substring(0, beside.value().lastIndexOf('/') + 1);
        ObjectKey probe = ObjectKey.of(directory + ".aloft-probe-" + UUID.randomUUID());
        try {
            boolean kept = writes(probe, WriteCondition.ifAbsent())
                    && refuses(probe, WriteCondition.ifAbsent())
                    && refuses(probe, WriteCondition.ifVersion(NO_VERSION));
            if (!kept) {
                LOG.warn("the store of s3://{} ignores the conditions of writes", requests.bucket());
            }
            return kept ? Answer.KEPT : Answer.IGNORED;
        } finally {
            remove(probe);
        }
    }

    private boolean writes(ObjectKey probe, WriteCondition condition) throws StoreException {
        try {
            requests.put(
                    new Uploads.Target(probe, ObjectHeaders.ofType("application/octet-stream"), Map.of(), condition),
                    new byte[0]);
            return true;
        } catch (StoreException e) {
            if (e.kind() == Kind.INVALID || e.kind() == Kind.PRECONDITION) {
                return false; // The header itself is refused.
            }
            throw e;
        }
    }

    private boolean refuses(ObjectKey probe, WriteCondition condition) throws StoreException {
        return !writes(probe, condition);
    }

    private void remove(ObjectKey probe) {
        try {
            requests.delete(probe);
        } catch (StoreException e) {
            LOG.warn("an empty object that nobody needs may be left: {}", e.getMessage());
        }
    }

    private enum Answer {
        UNKNOWN,
        KEPT,
        IGNORED
    }
}
