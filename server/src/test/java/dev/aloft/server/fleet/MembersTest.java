package dev.aloft.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.fleet.FleetMessage.Change;
import dev.aloft.server.fleet.FleetMessage.Kind;
import dev.aloft.store.ObjectKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class MembersTest {

    private static final long START = 1_000_000;
    private static final long SILENCE = FleetBus.SILENCE_LIMIT.toMillis();
    private static final long TRUST = Members.TRUST_LIMIT.toMillis();

    private final Members members = new Members();

    @BeforeEach
    void connect() {
        members.connected(START);
    }

    private boolean change(String origin, long sequence, long at) {
        Change change = new Change("media", ObjectKey.of("uploads/cat.jpg"));
        return members.heard(new FleetMessage(Kind.CHANGE, origin, sequence, at, change), at);
    }

    private boolean alive(String origin, long sequence, long at) {
        return members.heard(new FleetMessage(Kind.ALIVE, origin, sequence, at, null), at);
    }

    private boolean isWhole(long now) {
        members.echoed(now, now);
        return members.isWhole(now);
    }

    @Test
    void whatWasAskedBeforeTheConnectionIsNotTrusted() {
        assertThat(members.trustedSince(START + 100_000)).isGreaterThan(START);
    }

    @Test
    void withoutAConnectionAnAnswerIsTrustedForLessThanASecond() {
        members.disconnected();
        assertThat(members.trustedSince(START + 100_000)).isEqualTo(START + 100_000 - TRUST);
        assertThat(TRUST).isLessThan(1000);
    }

    @Test
    void numbersWithoutAGapAreNoLoss() {
        assertThat(alive("a", 7, START + 100)).isFalse();
        assertThat(change("a", 8, START + 200)).isFalse();
        assertThat(change("a", 9, START + 300)).isFalse();
        assertThat(alive("a", 9, START + 400)).isFalse();
        assertThat(change("a", 9, START + 400)).as("sent twice").isFalse();
        assertThat(isWhole(START + 500)).isTrue();
        assertThat(members.trustedSince(START + 500)).isEqualTo(START + 1);
    }

    @Test
    void aMissingNumberIsALoss() {
        assertThat(change("a", 1, START)).isFalse();
        assertThat(change("a", 3, START + 500)).isTrue();
        assertThat(isWhole(START + 600)).isTrue();
        assertThat(members.trustedSince(START + 600)).isEqualTo(START + 501);
    }

    @Test
    void aSignOfLifeShowsThatTheLastChangesAreMissing() {
        assertThat(change("a", 1, START)).isFalse();
        assertThat(alive("a", 2, START + 500)).isTrue();
    }

    @Test
    void ofAProcessThatBeginsLaterEveryChangeIsHeard() {
        assertThat(alive("a", 0, START + 10 * SILENCE)).isFalse();
        assertThat(change("b", 1, START + 10 * SILENCE)).isFalse();
        assertThat(change("c", 2, START + 10 * SILENCE)).isTrue();
    }

    @Test
    void whileAProcessIsSilentItsChangesMayBeMissed() {
        alive("a", 0, START);
        alive("b", 0, START + SILENCE);
        long now = START + SILENCE + 5000;
        assertThat(isWhole(now)).isFalse();
        assertThat(members.trustedSince(now)).isEqualTo(now - TRUST);
        alive("a", 0, now);
        alive("b", 0, now);
        assertThat(isWhole(now + 1)).isTrue();
        assertThat(members.trustedSince(now + 1)).as("no number is missing").isEqualTo(START + 1);
    }

    @Test
    void aProcessThatLeavesIsNotMissed() {
        alive("a", 0, START);
        members.heard(new FleetMessage(Kind.LEAVING, "a", 0, START, null), START + 100);
        assertThat(isWhole(START + 100 * SILENCE)).isTrue();
    }

    @Test
    void aProcessThatIsSilentForAMinuteCountsAsGone() {
        alive("a", 0, START);
        long later = START + Members.MEMBER_LIMIT.toMillis() + 1;
        assertThat(isWhole(later)).isTrue();
        assertThat(members.trustedSince(later))
                .as("its last changes may not have been announced")
                .isEqualTo(later + 1);
    }

    @Test
    void whileMessagesOfAProcessComeLateItsChangesMayBeMissed() {
        long clockBehind = 5000;
        for (long at = START; at < START + 2000; at += 200) {
            heardLate("a", at - clockBehind, at);
        }
        assertThat(isWhole(START + 2000)).as("clocks may differ").isTrue();
        heardLate("a", START + 2000 - clockBehind, START + 2000 + SILENCE);
        assertThat(isWhole(START + 2100 + SILENCE)).isFalse();
        heardLate("a", START + 2200 + SILENCE - clockBehind, START + 2200 + SILENCE);
        assertThat(isWhole(START + 2200 + SILENCE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {2000, 5000, 3_600_000})
    void aClockThatIsSetBackLooksLikeADelayForHalfAMinute(long back) {
        heardLate("a", START, START);
        long end = START + 2 * Members.DELAY_WINDOW.toMillis() + 400;
        heardLate("a", START + 200 - back, START + 200);
        assertThat(isWhole(START + 200)).isFalse();
        for (long now = START + 400; now <= end; now += 200) {
            heardLate("a", now - back, now);
        }
        assertThat(isWhole(end)).isTrue();
    }

    @Test
    void aClockOfThisProcessThatIsSetForwardLooksLikeADelayForHalfAMinute() {
        heardLate("a", START, START);
        long forward = 3_600_000;
        long end = START + 2 * Members.DELAY_WINDOW.toMillis() + 400;
        for (long now = START + 200; now <= end; now += 200) {
            heardLate("a", now, now + forward);
        }
        assertThat(isWhole(end + forward)).isTrue();
    }

    @Test
    void aDelayIsNoticedAtOnceHoweverLongTheSmallOneBeforeLasted() {
        long now = START;
        for (; now < START + 300_000; now += 200) {
            heardLate("a", now - 50, now);
            assertThat(isWhole(now)).isTrue();
        }
        heardLate("a", now - 3000, now);
        assertThat(isWhole(now)).isFalse();
    }

    @Test
    void theFirstMessageAfterALongSilenceDoesNotSetTheUsualDelay() {
        heardLate("a", START, START);
        long now = START + 50_000;
        heardLate("a", START + 200, now);
        assertThat(isWhole(now)).isFalse();
        heardLate("a", now, now);
        assertThat(isWhole(now)).isTrue();
    }

    private void heardLate(String origin, long sentAt, long now) {
        members.heard(new FleetMessage(Kind.ALIVE, origin, 0, sentAt, null), now);
    }

    @Test
    void whileThisProcessLagsChangesMayBeMissed() {
        long now = START + 10_000;
        members.echoed(now - SILENCE - 1, now);
        alive("a", 0, now);
        assertThat(members.isWhole(now)).isFalse();
        assertThat(members.trustedSince(now)).isEqualTo(now - TRUST);
        assertThat(isWhole(now)).isTrue();
    }

    @Test
    void afterACommandEverythingIsAskedForAgain() {
        assertThat(members.heard(new FleetMessage(Kind.UNKNOWN, "command", 0, 0, null), START + 100))
                .isTrue();
        assertThat(members.trustedSince(START + 200)).isEqualTo(START + 101);
        assertThat(isWhole(START + 100 * SILENCE)).as("a command is no member").isTrue();
    }

    @Test
    void afterAReconnectionAnyNumberIsTheFirst() {
        change("a", 1, START);
        members.disconnected();
        members.connected(START + 5000);
        assertThat(change("a", 9, START + 5100)).isFalse();
        assertThat(change("a", 11, START + 5200)).isTrue();
    }
}
