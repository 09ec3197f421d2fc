package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.SiteFigures;
import dev.aloft.server.agent.FiguresHistory.Sample;
import dev.aloft.store.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class FiguresHistoryTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final SiteFigures figures = new SiteFigures(Provider.AWS, true);
    private Instant now = NOON;
    private final FiguresHistory history = new FiguresHistory(figures, () -> now);

    @Test
    void intervalHasWhatWasCountedInIt() {
        figures.served(true, 2_000_000);
        pass(FiguresHistory.INTERVAL);
        figures.served(true, 1_000_000);
        figures.served(false, 4_000_000);

        List<Sample> samples = history.samples();

        assertThat(samples).hasSize(2);
        assertThat(samples.getFirst().end()).isEqualTo(NOON.plus(FiguresHistory.INTERVAL));
        assertThat(samples.getFirst().counts().served()).isEqualTo(1);
        assertThat(samples.getLast().counts().served()).isEqualTo(2);
        assertThat(samples.getLast().counts().hits()).isEqualTo(1);
        assertThat(samples.getLast().counts().micros()).isEqualTo(5000);
    }

    @Test
    void intervalWithoutRequestsIsNotKept() {
        for (int i = 0; i < 10; i++) {
            pass(FiguresHistory.INTERVAL);
        }

        assertThat(history.samples()).hasSize(1);
    }

    @Test
    void noMoreThanADayIsKept() {
        for (int i = 0; i < 1000; i++) {
            figures.served(true, 1);
            pass(FiguresHistory.INTERVAL);
        }

        assertThat(history.samples()).hasSize((int) Duration.ofHours(24).dividedBy(FiguresHistory.INTERVAL) + 1);
    }

    @Test
    void intervalsOfTheDayBeforeAreForgottenWithoutASample() {
        figures.served(true, 1);
        pass(FiguresHistory.INTERVAL);
        now = now.plus(Duration.ofHours(24));

        assertThat(history.samples()).hasSize(1);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        history.sample();
    }
}
