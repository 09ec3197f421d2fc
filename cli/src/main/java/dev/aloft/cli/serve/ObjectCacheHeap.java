package dev.aloft.cli.serve;

import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import java.util.List;

/// The object caches of all sites in Java's heap, which bodies and other caches need too.
///
/// @param caches bytes of all sites, as configured
/// @param heap in bytes
record ObjectCacheHeap(long caches, long heap) {

    /// Of this much of the heap, and of half of the rest, the object caches take nothing.
    private static final long HEAP_OF_OTHERS = 256L << 20;

    static ObjectCacheHeap of(List<SiteConfiguration> sites) {
        return of(sites, Runtime.getRuntime().maxMemory());
    }

    static ObjectCacheHeap of(List<SiteConfiguration> sites, long heap) {
        long caches = sites.stream()
                .mapToLong(site -> site.agent().objectCacheBytes().orElse(0L))
                .sum();
        return new ObjectCacheHeap(caches, heap);
    }

    private long room() {
        return Math.max(0, Math.min(heap / 4, (heap - HEAP_OF_OTHERS) / 2));
    }

    /// @throws Failure if there is no room for all
    void require() throws Failure {
        if (caches > room()) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "the object caches of all sites have " + caches + " bytes, and Java's heap has room for " + room(),
                    "lower object_cache_bytes, or give the server more memory: the key memory, above all tables");
        }
    }

    /// The bytes of a site's copies of values on the fleet's server, which do not need all that is configured.
    ///
    /// @param configured for the site
    long share(long configured) {
        return (long) (configured * Math.min(1.0, (double) room() / caches));
    }
}
