package dev.aloft.backup.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Hosts that want one lease at the same time.
final class Rivals {

    private Rivals() {}

    /// The hosts that have taken it.
    static List<ScheduleLease> take(List<ScheduleLease> hosts) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(hosts.size());
        List<ScheduleLease> holders = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(hosts.size())) {
            List<Callable<Boolean>> attempts = hosts.stream()
                    .<Callable<Boolean>>map(host -> () -> {
                        barrier.await();
                        return host.take().isPresent();
                    })
                    .toList();
            List<Future<Boolean>> results = threads.invokeAll(attempts);
            for (int i = 0; i < results.size(); i++) {
                if (results.get(i).get()) {
                    holders.add(hosts.get(i));
                }
            }
        }
        return holders;
    }
}
