package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OriginalSharesTest {

    private static final Duration SHORT_WAIT = OriginalShares.GATHERING.plusMillis(1);

    private final OriginalShares shares = new OriginalShares(4, 8);

    @Test
    void anUnknownOriginalTakesHalfOfTheThreads() throws Exception {
        assertThat(taken("new.jpg", 4)).isEqualTo(2);
    }

    @Test
    void anOriginalThatWasQuickTakesAllIdleThreads() throws Exception {
        render("quick.jpg", true);

        assertThat(taken("quick.jpg", 6)).isEqualTo(4);
    }

    @Test
    void aQuickOriginalLeavesThreadsThatOthersUse() throws Exception {
        render("quick.jpg", true);
        assertThat(taken("new.jpg", 2)).isEqualTo(2);

        assertThat(taken("quick.jpg", 3)).isEqualTo(2);
    }

    @Test
    void anOriginalThatHasBecomeSlowTakesHalf() throws Exception {
        render("changed.jpg", true);
        render("changed.jpg", false);

        assertThat(taken("changed.jpg", 4)).isEqualTo(2);
    }

    @Test
    void othersHaveTheirHalfWhileAQuickOriginalRunsOnAllThreads() throws Exception {
        render("quick.jpg", true);
        assertThat(taken("quick.jpg", 4)).isEqualTo(4);

        assertThat(taken("new.jpg", 4)).isEqualTo(2);
        shares.giveBack("quick.jpg", 100, true);
        shares.giveBack("quick.jpg", 100, true);
        assertThat(taken("quick.jpg", 1)).isZero();
    }

    @Test
    void muchLargerRenditionsOfAQuickOriginalTakeHalf() throws Exception {
        render("quick.jpg", true);
        assertThat(taken("quick.jpg", 2)).isEqualTo(2);

        assertThat(shares.take("quick.jpg", 200, SHORT_WAIT)).isTrue();
        assertThat(shares.take("quick.jpg", 202, SHORT_WAIT)).isFalse();
    }

    @Test
    void anIdleThreadIsNotGivenBeforeThePagesOtherSizesCanHaveJoined() throws Exception {
        render("quick.jpg", true);
        assertThat(taken("quick.jpg", 2)).isEqualTo(2);

        assertThat(shares.take("quick.jpg", 100, Duration.ZERO)).isFalse();
    }

    private int taken(String id, int attempts) throws InterruptedException {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += shares.take(id, 100, SHORT_WAIT) ? 1 : 0;
        }
        return taken;
    }

    private void render(String id, boolean wasQuick) throws InterruptedException {
        assertThat(shares.take(id, 100, SHORT_WAIT)).isTrue();
        shares.giveBack(id, 100, wasQuick);
    }
}
