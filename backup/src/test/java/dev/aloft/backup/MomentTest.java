package dev.aloft.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                .withMessage(
                        text + " is no moment (expected one like 2026-11-29T14:03:07Z or 2026-11-29T14:03:07+01:00)");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-25T01:59:59, 2026-10-24T23:59:59Z",
        "2026-10-25T03:00:00, 2026-10-25T02:00:00Z",
        "2026-10-25T02:30:00+02:00, 2026-10-25T00:30:00Z",
        "2026-10-25T02:30:00+01:00, 2026-10-25T01:30:00Z",
        "2026-03-29T01:59:59, 2026-03-29T00:59:59Z",
        "2026-03-29T03:00:00, 2026-03-29T01:00:00Z"
    })
    void aTimeBesideAChangeOfTheClocksIsOfItsZone(String text, String moment) {
        assertThat(Moment.parse(text, VIENNA)).hasToString(moment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-10-25T02:30:00 | 2026-10-25T02:30 was twice in Europe/Vienna, whose clocks were set back:"
                        + " 2026-10-25T02:30+02:00 and 2026-10-25T02:30+01:00",
                "2026-03-29T02:30:00 | 2026-03-29T02:30 did not exist in Europe/Vienna, whose clocks were set forward"
            })
    void aTimeThatWasTwiceOrNotAtAllIsRefused(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Moment.parse(text, VIENNA))
                .withMessage(message);
    }
}
