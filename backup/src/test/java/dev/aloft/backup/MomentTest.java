package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class MomentTest {

    private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");

    @Test
    void aWholeSecondIncludesAllOfIt() {
        Moment moment = Moment.parse("2026-11-29T14:03:07Z", VIENNA);

        assertThat(moment.includes(Instant.parse("2026-11-29T14:03:07Z"))).isTrue();
        assertThat(moment.includes(Instant.parse("2026-11-29T14:03:07.999999999Z")))
                .isTrue();
        assertThat(moment.includes(Instant.parse("2026-11-29T14:03:08Z"))).isFalse();
        assertThat(moment).hasToString("2026-11-29T14:03:07Z");
    }

    @Test
    void aFractionOfASecondIsTakenAsItIs() {
        Moment moment = Moment.parse("2026-11-29T14:03:07.250Z", ZoneOffset.UTC);

        assertThat(moment.includes(Instant.parse("2026-11-29T14:03:07.250Z"))).isTrue();
        assertThat(moment.includes(Instant.parse("2026-11-29T14:03:07.251Z"))).isFalse();
        assertThat(moment).hasToString("2026-11-29T14:03:07.250Z");
    }

    @Test
    void aMomentMayNameItsZone() {
        assertThat(Moment.parse("2026-11-29T14:03:07+01:00", ZoneOffset.UTC)).hasToString("2026-11-29T13:03:07Z");
        assertThat(Moment.parse("2026-11-29T14:03:07", VIENNA)).hasToString("2026-11-29T13:03:07Z");
        assertThat(Moment.parse("2026-11-29T14:03", ZoneOffset.UTC)).hasToString("2026-11-29T14:03:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-11-29", "2026-11-31T14:03:07Z", "14:03:07", "2026-11-29 14:03:07"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Moment.parse(text, ZoneOffset.UTC))
                .withMessage("not a moment: " + text
                        + " (expected one like 2026-11-29T14:03:07Z or 2026-11-29T14:03:07+01:00)");
    }
}
