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
/// a condition, and what they do not keep is not used: writes on such a condition fail, others do not.
///
/// A make that keeps conditions only where a bucket keeps no versions creates objects by [ExclusiveCreation] there, if
/// these credentials can withdraw a version. What is lost otherwise is reported, and a replacement of a version is
/// refused. Safe for many threads.
final class ConditionalSupport {

    private static final String NO_REPLACEMENT =
            "the bucket keeps versions, and this store then keeps no If-Match of a write: appends to files and edits of"
                    + " them fail";

    private static final String NO_CREATION =
            "the bucket keeps versions, this store then keeps no If-None-Match of a write, and these credentials cannot"
                    + " withdraw a version (s3:ListBucketVersions, s3:GetObjectVersion and s3:DeleteObjectVersion, and"
                    + " no retention by Object Lock): of two servers that create one name, the later replaces the file"
                    + " of the earlier, which stays among the versions";

    private static final Logger LOG = LoggerFactory.getLogger(ConditionalSupport.class);

    private final S3Requests requests;
    private final Provider provider;
    private final KnownVersioning versioning;
    private final ReentrantLock probing = new ReentrantLock();

    /// True if these credentials can withdraw a version; null until it is known.
    private volatile @Nullable Boolean canWithdraw;

    /// Losses because the bucket keeps versions, as far as it was asked.
    private volatile List<String> lostToVersions = List.of();

    /// Null until it is known.
    private volatile @Nullable Set<ConditionalRequest> unsupported;

    ConditionalSupport(S3Requests requests, Provider provider, KnownVersioning versioning) {
        this.requests = requests;
        this.provider = provider;
        this.versioning = versioning;
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
        if (target.condition() instanceof WriteCondition.Version && isVersioned()) {
            throw new StoreException(
                    Kind.INVALID, "cannot write " + requests.uri(target.key()) + " on a condition: " + NO_REPLACEMENT);
        }
        if (!supports(kind, target.key())) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot write " + requests.uri(target.key()) + " on a condition: " + kind.unsupported()
                            + " (use a store that keeps conditions, as AWS, Ceph, MinIO and R2 do)");
        }
    }

    private boolean isVersioned() throws StoreException {
        return provider.losesConditionsToVersions() && versioning.isEnabled(requests);
    }

    /// True if an object is created by [ExclusiveCreation].
    boolean needsOrder(ObjectKey key) throws StoreException {
        return needsOrder(List.of("", firstDirectory(key)));
    }

    private boolean needsOrder(List<String> directories) throws StoreException {
        boolean isVersioned = isVersioned();
        boolean needsOrder = isVersioned && canWithdraw(directories);
        List<String> lost = needsOrder ? List.of(NO_REPLACEMENT) : List.of(NO_CREATION, NO_REPLACEMENT);
        report(isVersioned ? lost : List.of());
        return needsOrder;
    }

    private void report(List<String> lost) {
        if (!lost.equals(lostToVersions)) {
            lostToVersions = lost;
            lost.forEach(each -> LOG.warn("s3://{}: {}", requests.bucket(), each));
        }
    }

    private boolean canWithdraw(List<String> directories) throws StoreException {
        Boolean known = canWithdraw;
        if (known != null) {
            return known;
        }
        probing.lock();
        try {
            known = canWithdraw;
            if (known == null) {
                known = firstWritable(directories, directory -> new ExclusiveCreation(requests).isPossible(directory));
                canWithdraw = known;
            }
            return known;
        } finally {
            probing.unlock();
        }
    }

    /// Fails where a copy from a fallback could replace what the site writes meanwhile.
    void requireSafeCopies(ObjectKey key) throws StoreException {
        if (!needsOrder(key) && lostToVersions.contains(NO_CREATION)) {
            throw new StoreException(
                    Kind.INVALID,
                    "cannot copy " + requests.uri(key) + " from the fallback of the site: " + NO_CREATION
                            + " (copy it by aloft migrate)");
        }
    }

    /// True if the store honours the condition of this kind of request.
    ///
    /// @param key of the request, which says where these credentials may write
    boolean supports(ConditionalRequest kind, ObjectKey key) throws StoreException {
        return !probe(List.of("", firstDirectory(key))).contains(kind);
    }

    /// False if the store is known not to keep the condition of a write; S3 is not asked.
    ///
    /// @param inParts whether it is a multipart upload
    boolean keeps(WriteCondition condition, boolean inParts) {
        Set<ConditionalRequest> known = unsupported;
        List<String> lost = lostToVersions;
        return switch (condition) {
            case WriteCondition.Always _ -> true;
            case WriteCondition.Absent _ when lost.contains(NO_CREATION) -> false;
            case WriteCondition.Version _ when lost.contains(NO_REPLACEMENT) -> false;
            default -> known == null || !known.contains(ConditionalRequest.of(condition, inParts));
        };
    }

    /// The promises that are known not to hold, in a sentence each for operators.
    List<String> unsupported() {
        Set<ConditionalRequest> known = unsupported;
        if (!lostToVersions.isEmpty()) {
            return lostToVersions;
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
        try {
            boolean _ = needsOrder(List.of(directory));
        } catch (StoreException e) {
            LOG.debug("s3://{}: cannot ask whether it keeps versions: {}", requests.bucket(), e.getMessage());
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
                known = firstWritable(directories, this::probed);
                unsupported = known;
                unsupported().forEach(lost -> LOG.warn("s3://{}: {}", requests.bucket(), lost));
            }
            return known;
        } finally {
            probing.unlock();
        }
    }

    private Set<ConditionalRequest> probed(String directory) throws StoreException {
        Set<ConditionalRequest> found = new ConditionalWriteProbe(requests, directory).unsupported();
        found.addAll(provider.unsupported());
        return Set.copyOf(found);
    }

    /// Makes a trial in the first directory that these credentials may write to.
    private static <T> T firstWritable(List<String> directories, Trial<T> trial) throws StoreException {
        List<StoreException> refusals = new ArrayList<>();
        for (String directory : directories) {
            try {
                return trial.run(directory);
            } catch (StoreException e) {
                if (e.kind() != Kind.DENIED) {
                    throw e;
                }
                refusals.add(e);
            }
        }
        throw refusals.getLast();
    }

    private interface Trial<T> {
        T run(String directory) throws StoreException;
    }
}
