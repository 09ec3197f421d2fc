package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("unit")
@Timeout(60)
final class BackgroundReportTest {

    private volatile Instant now = Instant.parse("2026-11-29T12:00:00Z");
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean fails;
    private final BackgroundReport<Integer> report = new BackgroundReport<>("a test", this::make, () -> now);

    private int make() throws IOException {
        int run = runs.incrementAndGet();
        if (fails) {
            throw new IOException("no answer");
        }
        return run;
    }

    @Test
    void reportIsUsedAgainForFiveMinutes() throws Exception {
        assertThat(await()).isEqualTo(1);
        now = now.plus(BackgroundReport.MIN_AGE_LIMIT);
        assertThat(await()).isEqualTo(1);
        now = now.plusSeconds(1);
        Eventually.await("there is a new report", () -> await() != 1);
        assertThat(runs).hasValue(2);
    }

    @Test
    void failureIsRepeatedUntilTheNextAttempt() throws Exception {
        fails = true;
        assertFails();
        assertFails();
        assertThat(runs).hasValue(1);

        fails = false;
        now = now.plus(BackgroundReport.RETRY_INTERVAL).plusSeconds(1);
        Eventually.await("the report does not fail", () -> !isFailing());
        assertThat(await()).isEqualTo(2);
    }

    @Test
    void failureDoesNotReplaceAReport() throws IOException {
        assertThat(await()).isEqualTo(1);
        fails = true;
        now = now.plus(BackgroundReport.MIN_AGE_LIMIT).plusSeconds(1);
        while (runs.get() == 1) {
            assertThat(report.get()).hasValue(1);
        }
        assertThat(await()).isEqualTo(1);
    }

    private boolean isFailing() {
        try {
            return report.get().isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /// Under load the first report may take longer than a caller waits.
    private int await() throws IOException {
        Optional<Integer> found = report.get();
        while (found.isEmpty()) {
            found = report.get();
        }
        return found.get();
    }

    private void assertFails() {
        assertThatExceptionOfType(IOException.class).isThrownBy(this::await).withMessage("no answer");
    }
}
