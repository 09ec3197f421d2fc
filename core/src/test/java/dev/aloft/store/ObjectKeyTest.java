package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "uploads/2026/11/cat.jpg", "a b+c%20", "..a/b..", "a/.b", "Ünïcödé/猫😀.jpg", "dir/"})
    void everythingThatCanBeAPathIsAKey(String key) {
        assertThat(ObjectKey.of(key)).hasToString(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a//b", "a//", ".", "..", "./a", "a/./b", "../a", "a/..", "a/../b", "a/../"})
    void segmentsThatServersFoldAwayAreRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\nb", "a\rb", "a\tb", "a\u007fb", "a\ud800", "\udc00a", "a\ufffe", "\uffff"})
    void charactersThatAListingCannotCarryAreRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(key));
    }

    @Test
    void keyHas1024BytesOfUtf8AtMost() {
        assertThat(ObjectKey.of("é".repeat(512)).value()).hasSize(512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectKey.of("é".repeat(512) + "a"))
                .withMessageContaining("more than 1024 bytes");
    }

    @Test
    void messageShowsTheKeyWithoutItsControlCharactersAndNotAllOfALongOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectKey.of("a\nb"))
                .withMessage("not an object's key: \"a?b\" holds a control character");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectKey.of("k".repeat(5000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void keysAreOrderedByTheirUtf8BytesAsS3ListsThem() {
        List<String> sorted = Stream.of("😀", "\uffee", "a/", "a-", "a", "b")
                .map(ObjectKey::of)
                .sorted()
                .map(ObjectKey::value)
                .toList();

        assertThat(sorted).containsExactly("a", "a-", "a/", "b", "\uffee", "😀");
    }
}
