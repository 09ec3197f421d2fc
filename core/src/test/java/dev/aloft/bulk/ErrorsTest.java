package dev.aloft.bulk;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Errors, such as that of a class that cannot be loaded, in the threads of a listing and of tasks.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
@Tag("unit")
final class ErrorsTest {

    @Test
    void errorOfAPageReachesWhoWaitsForIt() {
        PageReader pages = new PageReader(
                _ -> {
                    throw new NoClassDefFoundError("Page");
                },
                _ -> false);

        assertThatThrownBy(pages::take).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void errorOfATaskIsNoSuccess() throws Exception {
        try (ParallelTasks tasks = new ParallelTasks(2)) {
            tasks.add(() -> {
                throw new NoClassDefFoundError("Task");
            });

            assertThatThrownBy(tasks::finish).isInstanceOf(NoClassDefFoundError.class);
        }
    }
}
