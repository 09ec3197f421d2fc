package dev.aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.aloft.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
final class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-99, 0, 9",
        "bytes=3-5, 3, 5",
        "bytes=9-, 9, 9",
        "bytes=-4, 6, 9",
        "bytes=-400, 0, 9",
        "BYTES=1-2, 1, 2",
        "bytes=0-999999999999999999, 0, 9"
    })
    void headerMeansTheseOfTenBytes(String header, long first, long last) throws StoreException {
        ByteRange range = ByteRange.parse(header).orElseThrow().within(10);

        assertThat(range).isEqualTo(ByteRange.of(first, last));
        assertThat(range.length()).isEqualTo(last - first + 1);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=-0",
                "bytes=5-2",
                "bytes=0-1,3-4",
                "lines=0-1",
                "bytes=a-b"
            })
    void anyOtherHeaderMeansTheWholeObject(@Nullable String header) {
        assertThat(ByteRange.parse(header)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-, 10", "bytes=10-20, 10", "bytes=0-, 0", "bytes=0-5, 0", "bytes=-1, 0"})
    void rangeWithoutAByteOfTheObjectIsAnError(String header, long size) {
        ByteRange range = ByteRange.parse(header).orElseThrow();

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> range.within(size))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.RANGE))
                .withMessageContaining("of " + size + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-0", "bytes=3-5", "bytes=9-", "bytes=-4"})
    void rangeIsWrittenAsItWasRead(String header) {
        assertThat(ByteRange.parse(header).orElseThrow().header()).isEqualTo(header);
    }

    @Test
    void rangeThatEndsBeforeItBeginsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.of(5, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.of(-1, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteRange.suffix(0));
    }

    @Test
    void lengthOfAnOpenRangeIsNotKnown() {
        assertThatIllegalStateException().isThrownBy(() -> ByteRange.from(3).length());
        assertThatIllegalStateException().isThrownBy(() -> ByteRange.suffix(3).length());
    }
}
