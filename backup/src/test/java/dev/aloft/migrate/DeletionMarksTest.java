package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.bulk.BucketFolder;
import dev.aloft.store.StoreException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Looks for marks of deletions, by one thread.
@Timeout(300)
final class DeletionMarksTest extends MigrationFixture {

    private final Map<String, Boolean> found = new TreeMap<>();
    private DeletionMarks marks;

    @BeforeEach
    void openMarks() {
        marks = new DeletionMarks(new BucketFolder(open(front.endpoint()), DELETED));
    }

    private void look(String name) {
        marks.look(
                name, mark -> found.put(name, mark != null && mark.key().value().equals(DELETED + name)));
    }

    @Test
    void looksAreAnsweredByOneListingOfTheNamesBetweenThem() throws Exception {
        mark("2025/a");
        mark("2026/b");
        mark("2026/ba");
        mark("2026/d");
        look("2026/c");
        look("2026/b");

        marks.answer();

        assertThat(found).isEqualTo(Map.of("2026/b", true, "2026/c", false));
        assertThat(front.requests())
                .hasSize(1)
                .allSatisfy(request -> assertThat(request.query()).containsEntry("prefix", DELETED + "2026/"));
    }

    @Test
    void marksThatFillAPageHideNone() throws Exception {
        for (int i = 0; i <= 1000; i++) {
            mark("%04d".formatted(i));
        }
        look("0001");
        look("1000");
        look("1001");

        marks.answer();

        assertThat(found).isEqualTo(Map.of("0001", true, "1000", true, "1001", false));
        assertThat(front.requests()).hasSize(2);
    }

    @Test
    void marksBeforeTheFirstNameAndBetweenNamesAreNotListed() throws Exception {
        for (int i = 0; i < 2100; i++) {
            mark("%04d".formatted(i));
        }
        look("0000");
        look("2050");
        marks.answer();
        assertThat(front.requests()).hasSize(2);
        look("2051");
        look("3000");
        marks.answer();

        assertThat(found).isEqualTo(Map.of("0000", true, "2050", true, "2051", true, "3000", false));
        assertThat(front.requests()).hasSize(3);
    }

    @Test
    void namesThatBeginWithHalfOfTheSameCharacterAreFound() throws Exception {
        mark("a😀");
        look("a😀");
        look("a😃");

        marks.answer();

        assertThat(found).isEqualTo(Map.of("a😀", true, "a😃", false));
    }

    @Test
    void nothingIsAskedWithoutALook() throws Exception {
        marks.answer();

        assertThat(front.requests()).isEmpty();
    }

    @Test
    void looksOfAListingThatFailsAreAnsweredByTheNext() throws Exception {
        front.on("ListObjectsV2").next(1).answer(403);
        look("a");
        assertThatExceptionOfType(StoreException.class).isThrownBy(marks::answer);
        look("b");

        marks.answer();

        assertThat(found).isEqualTo(Map.of("a", false, "b", false));
    }

    @Test
    void anAnswerThatFailsHoldsNoOtherUpAndIsRepeated() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        marks.look("a", _ -> {
            if (answers.incrementAndGet() == 1) {
                throw new IOException("the first failure");
            }
        });
        look("b");

        assertThatExceptionOfType(IOException.class).isThrownBy(marks::answer).withMessage("the first failure");
        assertThat(found).isEqualTo(Map.of("b", false));
        marks.answer();

        assertThat(answers).hasValue(2);
    }
}
