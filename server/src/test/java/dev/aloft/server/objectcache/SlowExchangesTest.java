package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.objectcache.SlowExchanges.SlowExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class SlowExchangesTest {

    private Instant now = Instant.ofEpochSecond(1_800_000_000);
    private final SlowExchanges exchanges = new SlowExchanges(() -> now);

    @Test
    void theSlowestAreKeptForADay() {
        for (int millis = 1; millis <= 2 * SlowExchanges.MAX_EXCHANGES; millis++) {
            add("get 1 2\ng\u00e4", millis);
        }
        assertThat(exchanges.slowest()).hasSize(SlowExchanges.MAX_EXCHANGES);
        assertThat(exchanges.slowest().getFirst())
                .isEqualTo(new SlowExchange(now, Duration.ofMillis(20), 1, 5, Optional.of("g/\u00e4")));
        assertThat(exchanges.slowest().getLast().time()).isEqualTo(Duration.ofMillis(11));

        now = now.plus(Duration.ofDays(1)).plusSeconds(1);
        assertThat(exchanges.slowest()).isEmpty();
        add("until 1\nflush\n", 1);
        assertThat(exchanges.slowest().getFirst().key()).isEmpty();
    }

    private void add(String request, int millis) {
        exchanges.add(request.getBytes(UTF_8), List.of("at 1\n".getBytes(ISO_8859_1)), Duration.ofMillis(millis));
    }
}
