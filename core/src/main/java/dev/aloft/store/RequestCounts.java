package dev.aloft.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// Counts of the requests to S3 on behalf of one [Tenant], by the kinds that providers charge for. A retried request
/// counts once. Requests of the store itself, such as probes of a store that is down, are not counted. Safe for many
/// threads.
public final class RequestCounts {

    private final Map<Kind, LongAdder> requests = new EnumMap<>(Kind.class);
    private final LongAdder failures = new LongAdder();
    private final LongAdder received = new LongAdder();

    /// A kind of request.
    public enum Kind {
        /// GET and HEAD of an object.
        READ,
        /// PUT, POST and copies, each part of a large object included.
        WRITE,
        /// One page of a listing.
        LIST,
        /// Deletion of one object, or of up to 1,000 in one request.
        DELETE
    }

    /// Nothing counted yet.
    public RequestCounts() {
        for (Kind kind : Kind.values()) {
            requests.put(kind, new LongAdder());
        }
    }

    /// The number of requests of a kind, failed ones included.
    public long of(Kind kind) {
        return adder(kind).sum();
    }

    /// The number of failures. A missing object, version or range is no failure.
    public long failures() {
        return failures.sum();
    }

    /// The bytes of objects that were read.
    public long receivedBytes() {
        return received.sum();
    }

    private LongAdder adder(Kind kind) {
        return Objects.requireNonNull(requests.get(kind));
    }

    void succeeded(Kind kind) {
        adder(kind).increment();
    }

    /// @param failure null for an answer that is not S3's
    void failed(Kind kind, @Nullable SdkException failure) {
        succeeded(kind);
        int status = failure instanceof AwsServiceException answered ? answered.statusCode() : 0;
        if (!StoreFigures.isAnAnswer(status)) {
            failures.increment();
        }
    }

    void received(long bytes) {
        received.add(bytes);
    }
}
