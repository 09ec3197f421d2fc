package dev.aloft.store;

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
/// a condition, and what they do not keep is not used: writes on such a condition fail, others do not. Safe for many
/// threads.
final class ConditionalSupport {

    private static final Logger LOG = LoggerFactory.getLogger(ConditionalSupport.class);

    private final S3Requests requests;
    private final Provider provider;
    private final ReentrantLock probing = new ReentrantLock();

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

    /// True if the store honours the condition of this kind of request.
    ///
    /// @param key of the request, which says where these credentials may write
    boolean supports(ConditionalRequest kind, ObjectKey key) throws StoreException {
        return !probe(List.of("", firstDirectory(key))).contains(kind);
    }

    /// The kinds of conditional request that are known not to be honoured.
    List<ConditionalRequest> unsupported() {
        Set<ConditionalRequest> known = unsupported;
        return known == null ? List.of() : known.stream().sorted().toList();
    }

    /// Probes the store, unless the result is known.
    ///
    /// @param directory a prefix of keys under which the trial may write; empty, or with a slash at its end
    void probe(String directory) throws StoreException {
        probe(List.of(directory));
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
                unsupported().forEach(kind -> LOG.warn("s3://{}: {}", requests.bucket(), kind.unsupported()));
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
