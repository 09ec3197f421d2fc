package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("unit")
final class FairShareTest {

    private final FairShare places = new FairShare("places", 100, Duration.ofMinutes(1));
    private final FairShare.Share one = share("one");

    private FairShare.Share share(String tenant) {
        return places.of(new Tenant(tenant, () -> {}));
    }

    @Test
    void tenantAloneGetsHalf() {
        assertThat(takeAll(one)).isEqualTo(50);
    }

    @Test
    void tenantHasOneShareHoweverOftenItIsAskedFor() {
        takeAll(one);

        assertThat(share("one").tryTake(1)).isFalse();
    }

    @Test
    void whoComesLaterFindsAsMuchAsIsLeft() {
        assertThat(takeAll(one)).isEqualTo(50);
        assertThat(takeAll(share("two"))).isEqualTo(25);
        assertThat(takeAll(share("three"))).isEqualTo(12);
        assertThat(share("innocent").tryTake(5)).isTrue();
    }

    @Test
    void greedyTenantsThatTakeInTurnEndWithEqualShares() {
        List<FairShare.Share> greedy = List.of(one, share("two"), share("three"));
        List<Integer> taken = new ArrayList<>(List.of(0, 0, 0));
        for (boolean any = true; any; ) {
            any = false;
            for (int i = 0; i < greedy.size(); i++) {
                if (greedy.get(i).tryTake(1)) {
                    taken.set(i, taken.get(i) + 1);
                    any = true;
                }
            }
        }

        assertThat(taken).containsExactly(25, 25, 25);
    }

    @Test
    void tenantThatHasItsShareWaitsUntilSomeIsGivenBack() throws Exception {
        takeAll(one);
        FutureTask<Boolean> waiting = waiting(one, new CountDownLatch(1), false);
        one.giveBack(1);

        assertThat(waiting.get()).isTrue();
    }

    @Test
    void tenantThatWaitsIsToldSoThatItCanEndSomething() throws Exception {
        FairShare.Share[] self = new FairShare.Share[1];
        self[0] = places.of(new Tenant("one", () -> self[0].giveBack(1)));
        takeAll(one);

        self[0].take(1, false);

        assertThat(one.tryTake(1)).isFalse();
    }

    @Test
    void whoHoldsSomethingGoesFirst() throws Exception {
        takeAll(one);
        FutureTask<Boolean> newcomer = waiting(one, new CountDownLatch(1), false);
        FutureTask<Boolean> holder = waiting(one, new CountDownLatch(1), true);
        one.giveBack(1);

        assertThat(holder.get()).isTrue();
        assertThat(newcomer.isDone()).isFalse();
        one.giveBack(1);
        assertThat(newcomer.get()).isTrue();
    }

    @Test
    void waitEndsWithAnErrorThatNamesTheTenantAndItsLimit() {
        FairShare impatient = new FairShare("places", 100, Duration.ofMillis(1));
        FairShare.Share share = impatient.of(new Tenant("site one", () -> {}));
        takeAll(share);

        assertThatExceptionOfType(FairShare.Full.class)
                .isThrownBy(() -> share.take(1, false))
                .withMessageStartingWith("site one uses its whole share of the places (50 of 100)");
        assertThat(impatient.of(new Tenant("site two", () -> {})).tryTake(1)).isTrue();
    }

    private static int takeAll(FairShare.Share share) {
        int taken = 0;
        while (share.tryTake(1)) {
            taken++;
        }
        return taken;
    }

    /// One more that takes a place, once it waits.
    private static FutureTask<Boolean> waiting(FairShare.Share share, CountDownLatch begun, boolean first)
            throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            begun.countDown();
            share.take(1, first);
            return true;
        });
        Thread thread = Thread.ofPlatform().daemon().start(task);
        begun.await();
        Eventually.await("it waits for its share", () -> thread.getState() == Thread.State.TIMED_WAITING);
        return task;
    }
}
