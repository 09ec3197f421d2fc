package dev.aloft.server.cache;

import dev.aloft.server.cache.HttpCache.Asked;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Sends requests to origins, counts them, and tracks which origins are down. Safe for many threads.
final class OriginClient {

    /// The time for which clients get a stale answer at once after an origin went down.
    private static final Duration OUTAGE_INTERVAL = Duration.ofSeconds(5);

    static final int FAILURES_OF_AN_OUTAGE = 3;

    private final InstantSource clock;
    private final Map<String, Outage> outages = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> answered = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

    OriginClient(InstantSource clock) {
        this.clock = clock;
    }

    Origin.Answer ask(Origin origin, Origin.Request request) throws Origin.Failure {
        try {
            Origin.Answer answer = origin.ask(request);
            outages.remove(origin.name());
            tally(answered, origin);
            return answer;
        } catch (IOException e) {
            Origin.Failure failure = Origin.Failure.of(e);
            tally(failed, origin);
            if (failure.status() >= 500) {
                outages.merge(origin.name(), new Outage(1, clock.millis()), Outage::and);
            }
            throw failure;
        }
    }

    /// True if the last [#FAILURES_OF_AN_OUTAGE] requests in a row got no answer, the last of them within
    /// [#OUTAGE_INTERVAL].
    boolean isDown(Origin origin) {
        Outage outage = outages.get(origin.name());
        return outage != null
                && outage.failures() >= FAILURES_OF_AN_OUTAGE
                && clock.millis() - outage.last() < OUTAGE_INTERVAL.toMillis();
    }

    /// Failed requests in a row.
    private record Outage(int failures, long last) {
        Outage and(Outage next) {
            return new Outage(failures + next.failures, next.last);
        }
    }

    private static void tally(Map<String, LongAdder> counts, Origin origin) {
        counts.computeIfAbsent(origin.name(), _ -> new LongAdder()).increment();
    }

    Map<String, Asked> asked() {
        Map<String, Asked> all = new TreeMap<>();
        for (String origin : Stream.concat(answered.keySet().stream(), failed.keySet().stream())
                .toList()) {
            all.put(origin, new Asked(sum(answered, origin), sum(failed, origin)));
        }
        return all;
    }

    private static long sum(Map<String, LongAdder> counts, String origin) {
        LongAdder count = counts.get(origin);
        return count == null ? 0 : count.sum();
    }
}
