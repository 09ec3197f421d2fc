package dev.aloft.store;

import dev.aloft.store.StoreException.Kind;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DefaultRetention;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleExpiration;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRule;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/// Rules that the owner of a bucket has set, and that S3 applies to Aloft's objects: lifecycle and Object Lock. Aloft
/// does not need the permissions to read them, so that [Kind#DENIED] is an ordinary answer. Each method asks S3.
///
/// A store that knows no such rules has none. Safe for many threads.
public final class BucketRules {

    private static final Set<TransitionStorageClass> ARCHIVES =
            Set.of(TransitionStorageClass.GLACIER, TransitionStorageClass.DEEP_ARCHIVE);

    private final Supplier<S3Client> client;
    private final String bucket;

    BucketRules(Supplier<S3Client> client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /// The enabled rules of the lifecycle.
    public List<LifecycleRule> lifecycle() throws StoreException {
        try {
            return S3Requests.ask(
                    "read the lifecycle of s3://" + bucket,
                    () -> client.get().getBucketLifecycleConfiguration(b -> b.bucket(bucket)).rules().stream()
                            .filter(rule -> rule.status() == ExpirationStatus.ENABLED)
                            .filter(rule -> !hasTags(rule.filter()))
                            .map(BucketRules::rule)
                            .toList());
        } catch (StoreException e) {
            return noneOr(e, List.of());
        }
    }

    /// The Object Lock of a bucket in which it is enabled.
    ///
    /// @param retention time for which it keeps every new version; empty if it keeps those only that have their own
    public record ObjectLock(Optional<Period> retention) {}

    /// The Object Lock of the bucket; empty if it is not enabled.
    public Optional<ObjectLock> objectLock() throws StoreException {
        try {
            return S3Requests.ask(
                    "read the Object Lock of s3://" + bucket,
                    () -> Optional.ofNullable(client.get()
                                    .getObjectLockConfiguration(b -> b.bucket(bucket))
                                    .objectLockConfiguration())
                            .map(configuration -> new ObjectLock(Optional.ofNullable(configuration.rule())
                                    .map(ObjectLockRule::defaultRetention)
                                    .map(BucketRules::period))));
        } catch (StoreException e) {
            return noneOr(e, Optional.empty());
        }
    }

    /// The moment until which Object Lock keeps the newest version of an object; empty if it does not.
    public Optional<Instant> retainedUntil(ObjectKey key) throws StoreException {
        try {
            return S3Requests.ask(
                    "read the retention of s3://" + bucket + "/" + key,
                    () -> Optional.ofNullable(client.get()
                                    .getObjectRetention(b -> b.bucket(bucket).key(key.value()))
                                    .retention())
                            .map(ObjectLockRetention::retainUntilDate));
        } catch (StoreException e) {
            return noneOr(e, Optional.empty());
        }
    }

    /// 404 is a bucket without such a rule, 501 and the like a store without them.
    private static <T> T noneOr(StoreException e, T none) throws StoreException {
        if (e.kind() == Kind.NOT_FOUND || e.kind() == Kind.INVALID) {
            return none;
        }
        throw e;
    }

    private static boolean hasTags(LifecycleRuleFilter filter) {
        return filter != null
                && (filter.tag() != null
                        || (filter.and() != null && !filter.and().tags().isEmpty()));
    }

    @SuppressWarnings("deprecation") // Stores still answer the prefix of a rule in its old place.
    private static LifecycleRule rule(software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        Optional<LifecycleRuleFilter> filter = Optional.ofNullable(rule.filter());
        String prefix = filter.map(LifecycleRuleFilter::prefix)
                .or(() -> filter.map(LifecycleRuleFilter::and).map(and -> and.prefix()))
                .or(() -> Optional.ofNullable(rule.prefix()))
                .orElse("");
        LifecycleExpiration expiration = rule.expiration();
        return new LifecycleRule(
                rule.id() == null ? "" : rule.id(),
                prefix,
                expiration != null && (expiration.days() != null || expiration.date() != null),
                rule.transitions().stream().anyMatch(transition -> ARCHIVES.contains(transition.storageClass())),
                rule.abortIncompleteMultipartUpload() != null);
    }

    private static Period period(DefaultRetention retention) {
        return retention.days() != null ? Period.ofDays(retention.days()) : Period.ofYears(retention.years());
    }

    /// An enabled rule of a bucket's lifecycle, as far as it concerns objects without tags, such as those of Aloft.
    ///
    /// @param id as its owner named it
    /// @param prefix of the keys that it applies to; empty for all
    /// @param deletes whether it deletes current objects
    /// @param archives whether it moves current objects into a storage class that cannot be read at once
    /// @param abortsUploads whether it removes the parts of unfinished uploads
    public record LifecycleRule(String id, String prefix, boolean deletes, boolean archives, boolean abortsUploads) {

        /// True if it may apply to keys that begin with `other`.
        public boolean concerns(String other) {
            return other.startsWith(prefix) || prefix.startsWith(other);
        }
    }
}
