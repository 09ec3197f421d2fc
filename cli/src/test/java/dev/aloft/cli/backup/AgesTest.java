package dev.aloft.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ages as the questions of `aloft backup restore` name them.
final class AgesTest {

    @ParameterizedTest
    @CsvSource({
        "PT-1S, 0 s ago",
        "PT119S, 119 s ago",
        "PT2M, 2 min ago",
        "PT1H59M59S, 119 min ago",
        "PT2H, 2 h ago",
        "PT47H59M, 47 h ago",
        "PT48H, 2 days ago"
    })
    void anAgeHasAUnitThatFits(Duration age, String text) {
        assertThat(Ages.of(age)).isEqualTo(text);
    }
}
