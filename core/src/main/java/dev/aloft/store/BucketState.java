package dev.aloft.store;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The state that all tenants of a bucket share.
///
/// @param requests with connections of no tenant's share
record BucketState(
        S3Requests requests,
        StoreSettings settings,
        Health health,
        Map<String, WriteDenial> denials,
        KnownVersioning versioning,
        ConditionalSupport conditions,
        MetadataCache known,
        ObjectChanges changes,
        StoreResources resources,
        InstantSource clock) {

    /// A store that is silent is known to be down after this part of a request's time limit.
    private static final int PROBE_SHARE = 4;

    static BucketState of(S3Requests requests, StoreSettings settings, StoreResources resources, InstantSource clock) {
        MetadataCache known = new MetadataCache(clock);
        KnownVersioning versioning = new KnownVersioning(clock);
        return new BucketState(
                requests,
                settings,
                new Health(() -> requests.headBucket(settings.timeout().dividedBy(PROBE_SHARE)), clock),
                new ConcurrentHashMap<>(),
                versioning,
                new ConditionalSupport(requests, settings.provider(), versioning),
                known,
                new ObjectChanges(known),
                resources.in(requests.bucket()),
                clock);
    }

    /// The memory of refused writes of one tenant, the same object each time.
    WriteDenial denial(Tenant tenant) {
        return denials.computeIfAbsent(tenant.name(), _ -> new WriteDenial(clock));
    }
}
