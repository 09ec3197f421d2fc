package dev.aloft.store;

import dev.aloft.store.ObjectVersions.Versioning;
import dev.aloft.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The conditional requests that a bucket's store honours, see [ConditionalRequest].
///
/// A store that does not know a condition often ignores it and writes, and one that looks first and
/// writes afterwards lets several writers win; either way two hosts lose each other's files. So the makes that
/// [Provider] does not vouch for are put to a [ConditionalWriteProbe] once, at the start or before the first request on
/// a condition, and what they do not keep is not used: writes on such a condition fail, others do not.
///
/// A make that keeps conditions only where a bucket keeps no versions is used as before, and what it loses is told:
/// the bytes that a writer replaces unasked stay among the versions. Safe for many threads.
final class ConditionalSupport {

    private static final String LOST_TO_VERSIONS =
            "the bucket keeps versions, and this store then keeps no condition of"
                    + " a write: of two servers that create one name at once, the later replaces the file of the earlier, which"
                    + " stays among the versions; appends to files and edits of them fail";

    private static final Logger LOG = LoggerFactory.getLogger(ConditionalSupport.class);

    private final S3Requests requests;
    private final Provider provider;
    private final ReentrantLock probing = new ReentrantLock();

    private volatile boolean askedForVersions;

    /// True if the bucket keeps versions and its store therefore no conditions of writes, as far as it was asked.
    private volatile boolean lostToVersions;

    /// Null until it is known.
    private volatile @Nullable Set<ConditionalRequest> unsupported;

    ConditionalSupport(S3Requests requests, Provider provider) {
        this.requests = requests;
        this.provider = provider;
        this.unsupported = provider.supportsConditions() ? Set.of() : null;
    }

    /// Fails when a write on this condition would be one without.
    ///
    /// @param inParts whether it is a multipart upload
    void requireSupported(ObjectUploads.Target target, boolean inParts) throws StoreException {
        if (target.condition() instanceof WriteCondition.Always) {
            return;
        }
        ConditionalRequest kind = ConditionalRequest.of(target.condition(), inParts);
        if (!supports(kind, target.key())) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot write " + requests.uri(target.key()) + " on a condition: " + kind.unsupported()
                            + " (use a store that keeps conditions, as AWS, Ceph, MinIO and R2 do)");
        }
    }

    /// Fails where a copy from a fallback could replace what the site writes meanwhile.
    void requireSafeCopies(ObjectKey key) throws StoreException {
        if (provider.losesConditionsToVersions() && !askedForVersions) {
            askForVersions();
        }
        if (lostToVersions) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot copy " + requests.uri(key)
                            + " from the fallback of the site: the bucket keeps versions, and"
                            + " this store then keeps no condition of a write (copy it by aloft migrate, or suspend"
                            + " versioning until all are copied)");
        }
    }

    /// True if the store honours the condition of this kind of request.
    ///
    /// @param key of the request, which says where these credentials may write
    boolean supports(ConditionalRequest kind, ObjectKey key) throws StoreException {
        return !probe(List.of("", firstDirectory(key))).contains(kind);
    }

    /// The promises that are known not to hold, in a sentence each for operators.
    List<String> unsupported() {
        Set<ConditionalRequest> known = unsupported;
        if (lostToVersions) {
            return List.of(LOST_TO_VERSIONS);
        }
        return known == null
                ? List.of()
                : known.stream().sorted().map(ConditionalRequest::unsupported).toList();
    }

    /// Probes the store, unless the result is known.
    ///
    /// @param directory a prefix of keys under which the trial may write; empty, or with a slash at its end
    void probe(String directory) throws StoreException {
        probe(List.of(directory));
        if (provider.losesConditionsToVersions()) {
            askForVersions();
        }
    }

    private void askForVersions() {
        boolean before = lostToVersions;
        try {
            lostToVersions = requests.versions().state() == Versioning.ENABLED;
            askedForVersions = true;
        } catch (StoreException e) {
            LOG.debug("s3://{}: cannot ask whether it keeps versions: {}", requests.bucket(), e.getMessage());
        }
        if (lostToVersions && !before) {
            LOG.warn("s3://{}: {}", requests.bucket(), LOST_TO_VERSIONS);
        }
    }

    private static String firstDirectory(ObjectKey key) {
        return key.value().substring(0, key.value().indexOf('/') + 1);
    }

    private Set<ConditionalRequest> probe(List<String> directories) throws StoreException {
        Set<ConditionalRequest> known = unsupported;
        if (known != null) {
            return known;
        }
        probing.lock();
        try {
            known = unsupported;
            if (known == null) {
                known = probeIn(directories);
                unsupported = known;
                unsupported().forEach(lost -> LOG.warn("s3://{}: {}", requests.bucket(), lost));
            }
            return known;
        } finally {
            probing.unlock();
        }
    }

    /// Tries in the first directory that these credentials may write to.
    private Set<ConditionalRequest> probeIn(List<String> directories) throws StoreException {
        List<StoreException> refusals = new ArrayList<>();
        for (String directory : directories) {
            try {
                Set<ConditionalRequest> found = new ConditionalWriteProbe(requests, directory).unsupported();
                found.addAll(provider.unsupported());
                return Set.copyOf(found);
            } catch (StoreException e) {
                if (e.kind() != Kind.DENIED) {
                    throw e;
                }
                refusals.add(e);
            }
        }
        throw refusals.getLast();
    }
}
