package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ByteRange;
import java.time.Instant;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreconditionsTest {

    private static final Version VERSION = new Version("\"a1\"", Instant.parse("2026-11-22T10:00:00Z"), 1000);

    /// The dates: before is an hour earlier than the version, same is its own, after an hour later.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
            (nothing)                                                    | WHOLE
            If-Match: "a1"                                               | WHOLE
            If-Match: "b", "a1"                                          | WHOLE
            If-Match: *                                                  | WHOLE
            If-Match: "b"                                                | REFUSED
            If-Match: W/"a1"                                             | REFUSED
            If-Match: a1                                                 | REFUSED
            If-Match: "a1"; If-Unmodified-Since: {before}                | WHOLE
            If-Unmodified-Since: {before}                                | REFUSED
            If-Unmodified-Since: {same}                                  | WHOLE
            If-Unmodified-Since: yesterday                               | WHOLE
            If-None-Match: "a1"                                          | NOT_MODIFIED
            If-None-Match: W/"a1"                                        | NOT_MODIFIED
            If-None-Match: "b",W/"a1" , "c"                              | NOT_MODIFIED
            If-None-Match: "x,y", "a1"                                   | NOT_MODIFIED
            If-None-Match: *                                             | NOT_MODIFIED
            If-None-Match: "b"                                           | WHOLE
            If-None-Match: "b"; If-Modified-Since: {after}               | WHOLE
            If-None-Match: "a1"; If-Modified-Since: {before}             | NOT_MODIFIED
            If-Modified-Since: {after}                                   | NOT_MODIFIED
            If-Modified-Since: {same}                                    | NOT_MODIFIED
            If-Modified-Since: {before}                                  | WHOLE
            If-Modified-Since: tomorrow                                  | WHOLE
            If-Match: "b"; If-None-Match: "a1"                           | REFUSED
            If-Match: "a1"; If-None-Match: "a1"                          | NOT_MODIFIED
            Range: bytes=0-0                                             | 0-0
            Range: bytes=0-                                              | 0-999
            Range: bytes=-10                                             | 990-999
            Range: bytes=-5000                                           | 0-999
            Range: bytes=990-2000                                        | 990-999
            Range: bytes=1000-                                           | OUT_OF_RANGE
            Range: bytes=0-0,5-9                                         | WHOLE
            Range: bytes=9-5                                             | WHOLE
            Range: lines=0-5                                             | WHOLE
            Range: bytes=x                                               | WHOLE
            Range: bytes=0-9; If-Range: "a1"                             | 0-9
            Range: bytes=0-9; If-Range: W/"a1"                           | WHOLE
            Range: bytes=0-9; If-Range: "b"                              | WHOLE
            Range: bytes=0-9; If-Range: {same}                           | 0-9
            Range: bytes=0-9; If-Range: {after}                          | WHOLE
            Range: bytes=5000-; If-Range: "b"                            | WHOLE
            Range: bytes=5000-; If-None-Match: "a1"                      | NOT_MODIFIED
            Range: bytes=5000-; If-Match: "b"                            | REFUSED
            Range: bytes=0-9; If-None-Match: "b"                         | 0-9
            """)
    void conditionsAreJudgedInTheOrderOfTheStandard(String fields, String expected) {
        assertThat(name(conditions(fields).judge(VERSION))).isEqualTo(expected);
    }

    @Test
    void aHeadHasNoRange() {
        HttpFields headers = HttpFields.build().put("Range", "bytes=0-9");
        assertThat(Preconditions.of("HEAD", headers).judge(VERSION)).isEqualTo(Verdict.Whole.WHOLE);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
            If-None-Match: "a1"                                | "a1"
            If-None-Match: W/"a1"                              | "a1"
            If-None-Match: "a1"; If-Modified-Since: {after}    | "a1"
            If-None-Match: "a1", "b"                           | (none)
            If-None-Match: *                                   | (none)
            If-None-Match: "a1"; If-Match: "b"                 | (none)
            If-None-Match: "a1"; If-Unmodified-Since: {same}   | (none)
            If-Modified-Since: {same}                          | (none)
            """)
    void onlyASimpleConditionIsLeftToS3(String fields, String expected) {
        assertThat(conditions(fields).onlyOtherThan().orElse("(none)")).isEqualTo(expected);
    }

    private static Preconditions conditions(String fields) {
        HttpFields.Mutable headers = HttpFields.build();
        for (String field : fields.split("; ", -1)) {
            int colon = field.indexOf(": ");
            if (colon > 0) {
                headers.add(field.substring(0, colon), withDates(field.substring(colon + 2)));
            }
        }
        return Preconditions.of("GET", headers);
    }

    private static String withDates(String value) {
        return value.replace("{before}", "Sun, 22 Nov 2026 09:00:00 GMT")
                .replace("{same}", "Sun, 22 Nov 2026 10:00:00 GMT")
                .replace("{after}", "Sun, 22 Nov 2026 11:00:00 GMT");
    }

    private static String name(Verdict verdict) {
        return verdict instanceof Verdict.Part(ByteRange range)
                ? range.first() + "-" + range.last()
                : verdict.toString();
    }
}
