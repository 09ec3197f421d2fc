package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tasks whose results are taken in order.
@Tag("unit")
@Timeout(300)
final class OrderedTasksTest {

    @Test
    void anInterruptEndsTheTaskThatIsAwaited() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean endedAtClose = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            try (OrderedTasks<String> tasks = new OrderedTasks<>(_ -> {})) {
                tasks.add(() -> {
                    begun.countDown();
                    try {
                        never.await();
                        return "";
                    } finally {
                        ended.set(true);
                    }
                });
                tasks.finish();
            } catch (IOException e) {
                endedAtClose.set(ended.get());
            }
        });
        begun.await();
        caller.interrupt();
        assertThat(caller.join(Duration.ofMinutes(1))).isTrue();
        assertThat(endedAtClose).isTrue();
    }

    @Test
    void aSlowTaskHoldsUpNeitherLaterTasksNorResults() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        List<Integer> results = new ArrayList<>();
        try (OrderedTasks<Integer> tasks = new OrderedTasks<>(results::add)) {
            tasks.add(() -> {
                last.await();
                return 0;
            });
            for (int i = 1; i < OrderedTasks.MAX_HELD / 2; i++) {
                int number = i;
                tasks.addResult(number);
                tasks.add(() -> -number);
            }
            tasks.add(() -> {
                last.countDown();
                return OrderedTasks.MAX_HELD;
            });
            tasks.finish();
        }
        assertThat(results)
                .hasSize(OrderedTasks.MAX_HELD)
                .startsWith(0, 1, -1, 2, -2)
                .endsWith(OrderedTasks.MAX_HELD);
    }

    @Test
    void asManyTasksRunAtTheSameTimeAsAllowedAndNoMore() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier all = new CyclicBarrier(OrderedTasks.MAX_AT_ONCE);
        try (OrderedTasks<Integer> tasks = new OrderedTasks<>(_ -> {})) {
            for (int i = 0; i < OrderedTasks.MAX_AT_ONCE * 10; i++) {
                tasks.add(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    all.await();
                    return running.decrementAndGet();
                });
            }
            tasks.finish();
        }
        assertThat(most).hasValue(OrderedTasks.MAX_AT_ONCE);
    }
}
