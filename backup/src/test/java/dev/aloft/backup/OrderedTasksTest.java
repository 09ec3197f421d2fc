package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tasks whose results are taken in order.
@Tag("unit")
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
}
