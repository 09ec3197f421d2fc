package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException.Kind;
import dev.aloft.testkit.Eventually;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every answer to the probe is given by the test, one at a time.
@Timeout(30)
@Tag("unit")
final class HealthTest {

    private final SettableClock clock = new SettableClock();
    private final BlockingQueue<Optional<StoreException>> answers = new SynchronousQueue<>();
    private final BlockingQueue<Boolean> asked = new LinkedBlockingQueue<>();
    private volatile @Nullable Throwable unforeseen;
    private final Health health = new Health(this::probe, clock);

    @AfterEach
    void close() {
        health.close();
    }

    @Test
    void storeIsTakenToBeWellAtFirst() throws Exception {
        health.requireUp();

        assertThat(health.trouble()).isEmpty();
    }

    @Test
    void requestThatFailedAloneDoesNotDeclareTheStoreDown() throws Exception {
        health.failed(trouble(Kind.UNAVAILABLE));
        answers.put(Optional.empty());
        awaitAsked(1);

        health.requireUp();
        assertThat(health.trouble()).isEmpty();
    }

    @Test
    void storeIsDownWhenItDoesNotAnswerTheProbeEither() throws Exception {
        health.failed(trouble(Kind.UNAVAILABLE));
        answers.put(Optional.of(trouble(Kind.TIMEOUT)));
        awaitDown();

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(health::requireUp)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT))
                .satisfies(e -> assertThat(e.isToldAgain()).isTrue());
        assertThat(health.trouble()).isPresent();
    }

    /// Else a page with twenty pictures would wait twice: the second time while it is found out that S3 is down.
    @Test
    void requestThatComesBeforeTheVerdictWaitsForIt() throws Exception {
        health.failed(trouble(Kind.TIMEOUT));
        FutureTask<Boolean> next = new FutureTask<>(this::isTold);
        Thread waiting = Thread.ofPlatform().start(next);
        Eventually.await("the request waits for the verdict", () -> waiting.getState() == Thread.State.WAITING);
        answers.put(Optional.of(trouble(Kind.TIMEOUT)));

        assertThat(next.get()).as("told that the store is down").isTrue();
    }

    @Test
    void requestThatComesBeforeTheVerdictGoesOnWhenTheStoreIsWell() throws Exception {
        health.failed(trouble(Kind.TIMEOUT));
        FutureTask<Boolean> next = new FutureTask<>(this::isTold);
        Thread waiting = Thread.ofPlatform().start(next);
        Eventually.await("the request waits for the verdict", () -> waiting.getState() == Thread.State.WAITING);
        answers.put(Optional.empty());

        assertThat(next.get()).as("told that the store is down").isFalse();
    }

    @Test
    void closingLetsNobodyWaitForAVerdict() throws Exception {
        health.failed(trouble(Kind.TIMEOUT));
        health.close();

        assertThat(isTold()).isFalse();
    }

    private boolean isTold() {
        try {
            health.requireUp();
            return false;
        } catch (StoreException e) {
            return e.isToldAgain();
        }
    }

    @Test
    void storeThatAnswersAgainIsUpWithoutAnyRequest() throws Exception {
        health.failed(trouble(Kind.NO_BUCKET));
        answers.put(Optional.of(trouble(Kind.NO_BUCKET)));
        awaitDown();
        answers.put(Optional.of(trouble(Kind.NO_BUCKET)));
        answers.put(Optional.empty());
        Eventually.await("the store is up", () -> health.trouble().isEmpty());

        health.requireUp();
        assertThat(health.trouble()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREDENTIALS", "DENIED", "INVALID", "NOT_FOUND"})
    void storeThatRefusesTheProbeAnswersAllTheSame(Kind refusal) throws Exception {
        health.failed(trouble(Kind.UNAVAILABLE));
        answers.put(Optional.of(trouble(refusal)));
        awaitAsked(1);

        assertThat(answers.offer(Optional.empty(), 1100, TimeUnit.MILLISECONDS))
                .as("the probe was asked again")
                .isFalse();
        health.requireUp();
    }

    static List<Throwable> unforeseenFailures() {
        return List.of(
                new IllegalStateException("the connection pool is shut"), new NoClassDefFoundError("HttpRequests"));
    }

    @ParameterizedTest
    @MethodSource("unforeseenFailures")
    void probeThatFailsInAnUnforeseenWayIsAskedAgain(Throwable failure) throws Exception {
        unforeseen = failure;
        health.failed(trouble(Kind.UNAVAILABLE));
        awaitDown();
        unforeseen = null;
        answers.put(Optional.empty());
        Eventually.await("the store is up", () -> health.trouble().isEmpty());

        health.requireUp();
    }

    @Test
    void closingEndsTheProbe() throws Exception {
        health.failed(trouble(Kind.UNAVAILABLE));
        answers.put(Optional.of(trouble(Kind.TIMEOUT)));
        awaitDown();
        health.close();

        assertThat(answers.offer(Optional.empty(), 1100, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void manyFailuresAskOnce() throws Exception {
        for (int i = 0; i < 100; i++) {
            health.failed(trouble(Kind.TIMEOUT));
        }
        answers.put(Optional.empty());
        awaitAsked(1);

        assertThat(answers.offer(Optional.empty()))
                .as("nobody waits for another answer")
                .isFalse();
    }

    @Test
    void failuresThatSayNothingOfTheStoreAskNothing() throws Exception {
        for (Kind kind : new Kind[] {
            Kind.NOT_FOUND,
            Kind.PRECONDITION,
            Kind.RANGE,
            Kind.INVALID,
            Kind.FULL,
            Kind.DENIED,
            Kind.CREDENTIALS,
            Kind.BAD_ANSWER
        }) {
            health.failed(trouble(kind));
        }

        health.requireUp();
        assertThat(answers.offer(Optional.empty())).isFalse();
        assertThat(health.trouble()).isEmpty();
    }

    private void probe() throws StoreException {
        switch (unforeseen) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
        try {
            Optional<StoreException> answer = answers.take();
            asked.put(true);
            if (answer.isPresent()) {
                throw answer.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAsked(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            assertThat(asked.poll(10, TimeUnit.SECONDS))
                    .as("the probe was asked")
                    .isTrue();
        }
    }

    private void awaitDown() throws Exception {
        Eventually.await("the store is down", () -> health.trouble().isPresent());
    }

    private static StoreException trouble(Kind kind) {
        return new StoreException(kind, "cannot reach the bucket: " + kind);
    }
}
