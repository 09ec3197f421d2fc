package dev.aloft.server.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.compression.ContentCoding;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
final class AcceptedCodingsTest {

    /// Expected: the ranked codings, a bar behind those that are preferred to identity, and `identity` if accepted.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '>', textBlock = """
        gzip, deflate, br, zstd            > br zstd gzip | identity
        gzip                               > gzip | identity
        GZIP                               > gzip | identity
        x-gzip                             > gzip | identity
        ''                                 > | identity
        identity                           > | identity
        deflate                            > | identity
        br;q=0.5, gzip;q=0.8               > gzip br | identity
        br;q=0, gzip                       > gzip | identity
        gzip;q=0                           > | identity
        *                                  > br zstd gzip | identity
        *;q=0.1                            > br zstd gzip | identity
        gzip;q=0, *                        > br zstd | identity
        zstd;q=0.2, *;q=0.5                > br gzip | zstd identity
        identity;q=0.5, gzip;q=0.2, br     > br | gzip identity
        identity, gzip                     > gzip | identity
        identity;q=1, gzip;q=0.999         > | gzip identity
        identity;q=0                       > |
        identity;q=0, gzip                 > gzip |
        *;q=0                              > |
        *;q=0, gzip;q=0.1                  > gzip |
        identity;q=0.1, *;q=0              > | identity
        gzip;q=2                           > | identity
        gzip;q=0.1234                      > | identity
        gzip;level=9                       > | identity
        ' gzip ; q=0.5 , br;Q=0.500'       > br gzip | identity
        br;q=0, br                         > | identity
        """)
    void aClientGetsWhatItPrefers(String field, String expected) {
        AcceptedCodings accepted = AcceptedCodings.of(List.of(field));
        List<ContentCoding> behind = accepted.ranked().stream()
                .filter(coding -> !accepted.preferred().contains(coding))
                .toList();

        assertThat((tokens(accepted.preferred()) + " | " + tokens(behind) + (accepted.identity() ? " identity" : ""))
                        .replace("  ", " ")
                        .strip())
                .isEqualTo(expected.strip());
    }

    @Test
    void aClientWithoutTheFieldGetsNoCoding() {
        assertThat(AcceptedCodings.of(List.of())).isEqualTo(new AcceptedCodings(List.of(), List.of(), true));
    }

    @Test
    void severalFieldsAreOneList() {
        assertThat(AcceptedCodings.of(List.of("gzip;q=0.5", "br")).ranked())
                .containsExactly(ContentCoding.BROTLI, ContentCoding.GZIP);
    }

    private static String tokens(List<ContentCoding> codings) {
        return codings.stream().map(ContentCoding::token).collect(Collectors.joining(" "));
    }
}
