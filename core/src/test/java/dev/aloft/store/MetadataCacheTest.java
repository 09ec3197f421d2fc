package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.MetadataCache.Fact;
import dev.aloft.store.MetadataCache.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The interleavings are written out: every question and every change is a ticket taken and, later, handed back.
@Tag("unit")
final class MetadataCacheTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ObjectKey CAT = ObjectKey.of("uploads/11/cat.jpg");
    private static final String FOLDER = "uploads/11/";

    private final SettableClock clock = new SettableClock();
    private final MetadataCache cache = new MetadataCache(clock);

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(cache.object(CAT, Duration.ofDays(1))).isEmpty();
        assertThat(cache.prefix(FOLDER, Duration.ofDays(1))).isEmpty();
    }

    @Test
    void answerIsAsOldAsItsQuestion() {
        Ticket ticket = cache.ticket(CAT);
        clock.advance(Duration.ofMillis(900));
        cache.learn(CAT, ticket, Optional.empty());

        assertThat(cache.object(CAT, SECOND)).isPresent();
        clock.advance(Duration.ofMillis(100));
        assertThat(cache.object(CAT, SECOND)).isEmpty();
    }

    @Test
    void ageOfZeroAcceptsNothingThatIsKnown() {
        cache.learn(CAT, cache.ticket(CAT), Optional.empty());

        assertThat(cache.object(CAT, Duration.ZERO)).isEmpty();
    }

    @Test
    void onceAllIsInDoubtNothingFromBeforeIsKnown() {
        cache.learn(FOLDER, cache.ticket(FOLDER), true);
        Ticket before = cache.ticket(CAT);
        clock.advance(Duration.ofMillis(1));
        cache.allDoubtful();
        cache.learn(CAT, before, Optional.empty());

        assertThat(cache.object(CAT, SECOND)).isEmpty();
        assertThat(cache.prefix(FOLDER, SECOND)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        cache.learn(CAT, cache.ticket(CAT), Optional.empty());
        assertThat(cache.object(CAT, SECOND)).isPresent();
    }

    @Test
    void ownWriteIsKnownAtOnceWithEveryDirectoryAboveIt() {
        StoredObject cat = cat("1");
        cache.written(cat, cache.ticket(CAT));

        assertThat(known()).containsExactly(Optional.of(cat));
        assertThat(knownPrefix("uploads/")).contains(true);
        assertThat(knownPrefix(FOLDER)).contains(true);
    }

    @Test
    void ownDeletionIsKnownAtOnceAndLeavesTheDirectoriesInDoubt() {
        cache.written(cat("1"), cache.ticket(CAT));
        cache.deleted(CAT, cache.ticket(CAT));

        assertThat(known()).containsExactly(Optional.empty());
        assertThat(knownPrefix(FOLDER)).isEmpty();
        assertThat(knownPrefix("uploads/")).isEmpty();
    }

    @Test
    void answerFromBeforeAnOwnWriteIsDroppedWhenItArrivesAfterIt() {
        Ticket question = cache.ticket(CAT);
        cache.written(cat("new"), cache.ticket(CAT));
        cache.learn(CAT, question, Optional.empty());

        assertThat(known()).containsExactly(Optional.of(cat("new")));
    }

    @Test
    void answerFromBeforeAnOwnDeletionIsDroppedWhenItArrivesAfterIt() {
        Ticket question = cache.ticket(CAT);
        cache.deleted(CAT, cache.ticket(CAT));
        cache.learn(CAT, question, Optional.of(cat("old")));

        assertThat(known()).containsExactly(Optional.empty());
    }

    @Test
    void answerThatArrivesWhileAnOwnWriteIsUnderWayIsGoneWhenTheWriteIsDone() {
        Ticket write = cache.ticket(CAT);
        cache.learn(CAT, cache.ticket(CAT), Optional.of(cat("old")));
        cache.written(cat("new"), write);

        assertThat(known()).containsExactly(Optional.of(cat("new")));
    }

    @Test
    void ofTwoAnswersTheOneAskedForLaterIsRemembered() {
        Ticket early = cache.ticket(CAT);
        clock.advance(Duration.ofMillis(10));
        cache.learn(CAT, cache.ticket(CAT), Optional.of(cat("new")));
        cache.learn(CAT, early, Optional.of(cat("old")));

        assertThat(known()).containsExactly(Optional.of(cat("new")));
    }

    @Test
    void whichOfTwoOverlappingWritesCameLastIsNotGuessed() {
        Ticket one = cache.ticket(CAT);
        Ticket other = cache.ticket(CAT);
        cache.written(cat("1"), one);
        cache.written(cat("2"), other);

        assertThat(known()).isEmpty();
    }

    @Test
    void whetherAnOverlappingDeletionCameLastIsNotGuessed() {
        Ticket write = cache.ticket(CAT);
        Ticket deletion = cache.ticket(CAT);
        cache.deleted(CAT, deletion);
        cache.written(cat("1"), write);

        assertThat(known()).isEmpty();
        assertThat(knownPrefix(FOLDER)).isNotEqualTo(Optional.of(false));
    }

    @Test
    void questionAskedAfterTwoOverlappingWritesIsAnswered() {
        Ticket one = cache.ticket(CAT);
        Ticket other = cache.ticket(CAT);
        cache.written(cat("1"), one);
        cache.written(cat("2"), other);
        cache.learn(CAT, cache.ticket(CAT), Optional.of(cat("2")));

        assertThat(known()).containsExactly(Optional.of(cat("2")));
    }

    @Test
    void emptyDirectoryFromBeforeAnOwnWriteIsNotRemembered() {
        Ticket question = cache.ticket(FOLDER);
        cache.written(cat("1"), cache.ticket(CAT));
        cache.learn(FOLDER, question, false);

        assertThat(knownPrefix(FOLDER)).contains(true);
    }

    @Test
    void fullDirectoryFromBeforeAnOwnDeletionIsNotRemembered() {
        Ticket question = cache.ticket(FOLDER);
        cache.deleted(CAT, cache.ticket(CAT));
        cache.learn(FOLDER, question, true);

        assertThat(knownPrefix(FOLDER)).isEmpty();
    }

    @Test
    void failedChangeForgetsWhatWasKnown() {
        cache.written(cat("1"), cache.ticket(CAT));
        Ticket question = cache.ticket(CAT);
        cache.doubtful(CAT);
        cache.learn(CAT, question, Optional.of(cat("1")));

        assertThat(known()).isEmpty();
        assertThat(knownPrefix(FOLDER)).isEmpty();
    }

    @Test
    void markerOfADirectoryIsAnObjectOfItsOwn() {
        ObjectKey marker = ObjectKey.of(FOLDER);
        cache.written(new StoredObject(marker, 0, "\"m\"", Instant.EPOCH, null, null), cache.ticket(marker));

        assertThat(knownPrefix(FOLDER)).contains(true);
        assertThat(cache.object(ObjectKey.of("uploads/11"), SECOND)).isEmpty();

        cache.deleted(marker, cache.ticket(marker));
        assertThat(knownPrefix(FOLDER)).isEmpty();
    }

    @Test
    void whoDoesNotLearnReadsWhatOthersKnowAndForgetsWhatItChanges() {
        MetadataCache bulk = cache.withoutLearning();
        bulk.learn(CAT, bulk.ticket(CAT), Optional.of(cat("1")));
        bulk.learn(FOLDER, bulk.ticket(FOLDER), true);
        bulk.written(cat("1"), bulk.ticket(CAT));
        assertThat(known()).isEmpty();
        assertThat(knownPrefix(FOLDER)).isEmpty();

        Ticket before = cache.ticket(CAT);
        cache.written(cat("2"), before);
        assertThat(bulk.object(CAT, SECOND)).isPresent();
        bulk.written(cat("3"), bulk.ticket(CAT));
        cache.learn(CAT, before, Optional.of(cat("2")));
        assertThat(known()).as("an answer from before the change").isEmpty();

        cache.written(cat("4"), cache.ticket(CAT));
        bulk.deleted(CAT, bulk.ticket(CAT));
        assertThat(known()).isEmpty();
        assertThat(knownPrefix(FOLDER)).isEmpty();

        cache.learn(CAT, cache.ticket(CAT), Optional.of(cat("5")));
        bulk.allDoubtful();
        assertThat(known()).isEmpty();
    }

    /// The one thing that is known of the object, or nothing.
    private List<Optional<StoredObject>> known() {
        return cache.object(CAT, SECOND).stream().map(Fact::value).toList();
    }

    private Optional<Boolean> knownPrefix(String prefix) {
        return cache.prefix(prefix, SECOND).map(Fact::value);
    }

    private static StoredObject cat(String version) {
        return new StoredObject(CAT, 1, '"' + version + '"', Instant.EPOCH, "image/jpeg", null);
    }
}
