package dev.aloft.server;

import dev.aloft.store.Provider;
import dev.aloft.store.RequestCounts;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Counts of what one site asks of S3 and of what the edge of this process answers for it, since the start. Agent and
/// edge of a site count in the same object. Safe for many threads.
public final class SiteFigures {

    private final Provider provider;
    private final boolean hasEdge;
    private final RequestCounts s3 = new RequestCounts();
    private final LongAdder served = new LongAdder();
    private final LongAdder hits = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /// @param provider whose prices apply
    /// @param hasEdge true if an edge of this process serves the site
    public SiteFigures(Provider provider, boolean hasEdge) {
        this.provider = provider;
        this.hasEdge = hasEdge;
    }

    /// Counts since the start, at one moment.
    ///
    /// @param received bytes of objects read from S3
    /// @param served answers of the edge
    /// @param hits those of them that were fresh in memory
    /// @param micros time to the beginning of the body of all these answers, in microseconds
    public record Totals(
            long read,
            long write,
            long list,
            long delete,
            long failed,
            long received,
            long served,
            long hits,
            long micros) {

        /// No requests.
        public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

        /// The counts since an earlier moment.
        public Totals since(Totals earlier) {
            return new Totals(
                    read - earlier.read,
                    write - earlier.write,
                    list - earlier.list,
                    delete - earlier.delete,
                    failed - earlier.failed,
                    received - earlier.received,
                    served - earlier.served,
                    hits - earlier.hits,
                    micros - earlier.micros);
        }
    }

    public Provider provider() {
        return provider;
    }

    public boolean hasEdge() {
        return hasEdge;
    }

    /// Counts the requests to S3.
    public RequestCounts s3() {
        return s3;
    }

    /// Counts an answer of the edge.
    ///
    /// @param isHit true if it was fresh in memory
    /// @param nanosTaken from the request to the beginning of the body
    public void served(boolean isHit, long nanosTaken) {
        served.increment();
        if (isHit) {
            hits.increment();
        }
        nanos.add(nanosTaken);
    }

    /// All counts.
    public Totals totals() {
        return new Totals(
                s3.of(RequestCounts.Kind.READ),
                s3.of(RequestCounts.Kind.WRITE),
                s3.of(RequestCounts.Kind.LIST),
                s3.of(RequestCounts.Kind.DELETE),
                s3.failures(),
                s3.receivedBytes(),
                served.sum(),
                hits.sum(),
                TimeUnit.NANOSECONDS.toMicros(nanos.sum()));
    }
}
