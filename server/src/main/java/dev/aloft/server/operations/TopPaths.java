package dev.aloft.server.operations;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The most requested paths, by requests and by bytes, in bounded memory. Above twice [#MAX_PATHS] paths, the least
/// requested are dropped. A path's count begins when it was last added. Safe for many threads.
final class TopPaths {

    static final int MAX_PATHS = 500;

    /// A longer path is counted under its beginning.
    static final int MAX_LENGTH = 200;

    private final Map<String, Counts> paths = new ConcurrentHashMap<>();
    private final ReentrantLock forgetting = new ReentrantLock();

    private record Counts(LongAdder requests, LongAdder bytes) {}

    /// One path's counts.
    record Asked(String path, long requests, long bytes) {}

    void add(String path, long bytes) {
        String name = path.length() > MAX_LENGTH ? path.substring(0, MAX_LENGTH) : path;
        Counts counts = paths.get(name);
        if (counts == null) {
            counts = paths.computeIfAbsent(name, _ -> new Counts(new LongAdder(), new LongAdder()));
            forgetSome();
        }
        counts.requests().increment();
        counts.bytes().add(bytes);
    }

    private void forgetSome() {
        if (paths.size() <= 2 * MAX_PATHS || !forgetting.tryLock()) {
            return;
        }
        try {
            Set<String> stay = top(MAX_PATHS).stream().map(Asked::path).collect(Collectors.toSet());
            paths.keySet().retainAll(stay);
        } finally {
            forgetting.unlock();
        }
    }

    /// The first of both orders, those with the most requests first.
    List<Asked> top(int count) {
        List<Asked> all = new ArrayList<>();
        paths.forEach((path, counts) ->
                all.add(new Asked(path, counts.requests().sum(), counts.bytes().sum())));
        Comparator<Asked> byRequests = Comparator.comparingLong(Asked::requests).reversed();
        Comparator<Asked> byBytes = Comparator.comparingLong(Asked::bytes).reversed();
        return Stream.concat(
                        all.stream().sorted(byRequests).limit(Math.ceilDiv(count, 2)),
                        all.stream().sorted(byBytes).limit(count / 2))
                .distinct()
                .sorted(byRequests)
                .toList();
    }
}
