package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.SettableTime;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every condition and range (RFC 9110, 13 and 14), for each place that an answer can come from, as GET and as HEAD.
final class ConditionsAndRangesTest {

    private static final byte[] BYTES = new byte[1000];
    private static final SettableTime TIME = new SettableTime();

    private static S3Fixture s3;
    private static Edge small;
    private static Edge large;
    private static StoredObject object;

    /// Where an answer comes from.
    private enum Place {
        MISS,
        MEMORY,
        STALE,
        DISK,
        DISK_STALE,
        DISK_MISS
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        new Random(5).nextBytes(BYTES);
        s3 = new S3Fixture(folder.resolve("s3"));
        EdgeSettings settings = EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP));
        small = Edge.start(settings, TIME);
        // What is larger than nothing goes to disk.
        CacheSettings onDisk = new CacheSettings(1 << 20, 0, Optional.of(folder.resolve("cache")), 1 << 20, true);
        large = Edge.start(settings.withCache(onDisk), TIME);
        s3.put("x.bin", "application/octet-stream", BYTES);
        object = s3.bucket().head(S3Fixture.key("x.bin"), Duration.ZERO).orElseThrow();
    }

    @AfterAll
    static void stop() throws IOException {
        small.close();
        large.close();
        s3.close();
    }

    /// The dates: before is an hour earlier than the version, same is its own, after an hour later.
    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
            (nothing)                                                    | 200
            If-Match: "a1"                                               | 200
            If-Match: "b", "a1"                                          | 200
            If-Match: *                                                  | 200
            If-Match: "b"                                                | 412
            If-Match: W/"a1"                                             | 412
            If-Match: a1                                                 | 412
            If-Match: "a1"; If-Unmodified-Since: {before}                | 200
            If-Unmodified-Since: {before}                                | 412
            If-Unmodified-Since: {same}                                  | 200
            If-Unmodified-Since: yesterday                               | 200
            If-None-Match: "a1"                                          | 304
            If-None-Match: W/"a1"                                        | 304
            If-None-Match: "b",W/"a1" , "c"                              | 304
            If-None-Match: "x,y", "a1"                                   | 304
            If-None-Match: *                                             | 304
            If-None-Match: "b"                                           | 200
            If-None-Match: "b"; If-Modified-Since: {after}               | 200
            If-None-Match: "a1"; If-Modified-Since: {before}             | 304
            If-Modified-Since: {after}                                   | 304
            If-Modified-Since: {same}                                    | 304
            If-Modified-Since: {before}                                  | 200
            If-Modified-Since: tomorrow                                  | 200
            If-Match: "b"; If-None-Match: "a1"                           | 412
            If-Match: "a1"; If-None-Match: "a1"                          | 304
            Range: bytes=0-0                                             | 0-0
            Range: bytes=0-                                              | 0-999
            Range: bytes=-10                                             | 990-999
            Range: bytes=-5000                                           | 0-999
            Range: bytes=990-2000                                        | 990-999
            Range: bytes=1000-                                           | 416
            Range: bytes=-0                                              | 416
            Range: bytes=0-0,5-9                                         | parts
            Range: bytes=0-0,-5,2000-                                    | parts
            Range: bytes=0-900,100-999                                   | 200
            Range: bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10   | 200
            Range: bytes=9-5                                             | 200
            Range: lines=0-5                                             | 200
            Range: bytes=x                                               | 200
            Range: bytes=0-9; If-Range: "a1"                             | 0-9
            Range: bytes=0-9; If-Range: W/"a1"                           | 200
            Range: bytes=0-9; If-Range: "b"                              | 200
            Range: bytes=0-9; If-Range: {same}                           | 0-9
            Range: bytes=0-9; If-Range: {after}                          | 200
            Range: bytes=5000-; If-Range: "b"                            | 200
            Range: bytes=5000-; If-None-Match: "a1"                      | 304
            Range: bytes=5000-; If-Match: "b"                            | 412
            Range: bytes=0-9; If-None-Match: "b"                         | 0-9
            """)
    void theAnswerIsTheStandardsWhereverItComesFrom(String fields, String expected) throws IOException {
        for (Place place : Place.values()) {
            Edge edge = prepare(place);
            Answer get = Answer.to(edge.port(), "GET", "/uploads/x.bin", fields(fields));
            assertThat(told(get)).as("GET from %s, %s", place, get.headers()).isEqualTo(expected);
            edge = prepare(place);
            Answer head = Answer.to(edge.port(), "HEAD", "/uploads/x.bin", fields(fields));
            boolean noRange = expected.equals("200") || !expected.matches("\\d{3}") || expected.equals("416");
            assertThat(told(head)).as("HEAD from %s, %s", place, head.headers()).isEqualTo(noRange ? "200" : expected);
            assertThat(head.body()).isEmpty();
        }
    }

    private static Edge prepare(Place place) throws IOException {
        Edge edge = place.name().startsWith("DISK") ? large : small;
        edge.purgeEverything();
        switch (place) {
            case MISS, DISK_MISS -> {}
            case MEMORY, DISK -> Answer.to(edge.port(), "GET", "/uploads/x.bin");
            case STALE, DISK_STALE -> {
                Answer.to(edge.port(), "GET", "/uploads/x.bin");
                TIME.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plus(Duration.ofSeconds(1)));
            }
        }
        return edge;
    }

    /// The status, or of a 206 which bytes came.
    private static String told(Answer answer) {
        assertThat(answer.whole()).as(answer.headers().toString()).isTrue();
        if (answer.status() != 206) {
            if (answer.status() == 416) {
                assertThat(answer.header("content-range")).isEqualTo("bytes */1000");
            }
            return String.valueOf(answer.status());
        }
        if (answer.header("content-type").startsWith("multipart/byteranges; boundary=")) {
            return "parts";
        }
        String range = answer.header("content-range").replaceAll("bytes (.*)/1000", "$1");
        int first = Integer.parseInt(range.substring(0, range.indexOf('-')));
        assertThat(answer.body())
                .isEqualTo(Arrays.copyOfRange(
                        BYTES, first, Integer.parseInt(range.substring(range.indexOf('-') + 1)) + 1));
        return range;
    }

    private static String[] fields(String written) {
        List<String> fields = new ArrayList<>();
        for (String field : written.split("; ", -1)) {
            if (field.contains(": ")) {
                fields.add(field.replace("\"a1\"", object.etag())
                        .replace("{before}", date(-3600))
                        .replace("{same}", date(0))
                        .replace("{after}", date(3600)));
            }
        }
        return fields.toArray(String[]::new);
    }

    private static String date(long seconds) {
        ZonedDateTime time = object.modified().plusSeconds(seconds).atZone(ZoneOffset.UTC);
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .format(time);
    }
}
