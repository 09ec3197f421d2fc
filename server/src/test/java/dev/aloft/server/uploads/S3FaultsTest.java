package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Answers while S3 fails: each fault, for each way to store an upload, in each state of the cache. In every row, a
/// body that looks whole is whole, no client waits longer than the time limit of S3, and the first request after the
/// recovery gets the upload.
final class S3FaultsTest extends S3FaultsFixture {

    /// An upload that nobody holds, by fault: what the client gets, and how often S3 is asked for that. One is small,
    /// one is kept in slices, one is not kept.
    private static final String COLD = """
            DOWN            | 503 0        | 503 0        | 503 0
            SILENT          | 503 1-3      | 503 1-3      | 503 1-3
            LATE            | whole 1      | whole 2      | whole 1
            TOO_LATE        | 503 1-3      | 503 1-3      | 503 1-3
            STALLED         | 503 1        | 503 1-2      | 503 1
            STALLED_LATER   | 503 1        | torn 1-2     | torn 1
            OVERLOADED      | 503 1-3      | 503 1-3      | 503 1-3
            FAILING         | 503 1-3      | 503 1-3      | 503 1-3
            FAILING_ONCE    | whole 2      | whole 3      | whole 2
            REFUSED         | 404 1        | 404 1        | 404 1
            EXPIRED         | 503 1        | 503 1        | 503 1
            CUT_ONCE        | whole 2      | whole 3      | whole 2
            RESET_ONCE      | whole 2      | whole 3      | whole 2
            CUT_ALWAYS      | 503 3        | 503 3-6      | torn 3
            RESET_ALWAYS    | 503 3-9      | 503 3-18     | 503/torn 3-9
            CHANGED         | 503 2        | torn 2       | torn 2
            """;

    /// An upload that is held and whose time is over, so that S3 is asked about it with a HEAD: small, or in slices.
    private static final String STALE = """
            DOWN            | origin-failed 0       | origin-failed 0
            SILENT          | origin-slow 1-3       | origin-slow 1-3
            LATE            | confirmed 1           | confirmed 1
            TOO_LATE        | origin-slow 1-3       | origin-slow 1-3
            STALLED         | confirmed 1           | confirmed 1
            STALLED_LATER   | confirmed 1           | confirmed 1
            OVERLOADED      | origin-\\w+ 1-3       | origin-\\w+ 1-3
            FAILING         | origin-\\w+ 1-3       | origin-\\w+ 1-3
            FAILING_ONCE    | confirmed 2           | confirmed 2
            REFUSED         | origin-failed 1       | origin-failed 1
            EXPIRED         | origin-failed 1       | origin-failed 1
            CUT_ONCE        | confirmed 1           | confirmed 1
            RESET_ONCE      | confirmed 1           | confirmed 1
            CUT_ALWAYS      | confirmed 1           | confirmed 1
            RESET_ALWAYS    | confirmed 1           | confirmed 1
            """;

    /// One cell of a table.
    ///
    /// @param expected a status, `whole`, `torn` (which may also be `503/torn`), or what `Cache-Status` says
    /// @param asked how often S3, as in `3` or `1-3`
    record Row(Fault fault, Kept kept, String expected, String asked) {

        static Stream<Row> of(String table, Kept... columns) {
            return table.lines().flatMap(line -> {
                String[] cells = line.strip().split("\\s*\\|\\s*", -1);
                return Stream.of(columns).map(kept -> {
                    String[] words = cells[1 + List.of(columns).indexOf(kept)].split(" ", 2);
                    return new Row(Fault.valueOf(cells[0]), kept, words[0], words[1]);
                });
            });
        }

        private String name() {
            return fault + "-" + kept + ".bin";
        }
    }

    static Stream<Row> cold() {
        return Row.of(COLD, Kept.IN_MEMORY, Kept.IN_SLICES, Kept.NOT_AT_ALL);
    }

    static Stream<Row> stale() {
        return Row.of(STALE, Kept.IN_MEMORY, Kept.IN_SLICES);
    }

    @ParameterizedTest
    @MethodSource("cold")
    void whatIsNotHeld(Row row) throws Exception {
        String name = "cold-" + row.name();
        put(name, row.kept().bytes());
        fall(row.fault(), row.kept(), name);

        Answer answer = get(row.kept(), name);

        if (row.expected().contains("torn") && answer.status() == 200) {
            assertTorn(answer, row.kept().bytes());
        } else if (row.expected().equals("whole")) {
            assertWhole(answer, row.kept().bytes());
            assertThat(answer.header("cache-status"))
                    .isEqualTo(
                            "aloft; fwd=uri-miss; fwd-status=200" + (row.kept() == Kept.NOT_AT_ALL ? "" : "; stored"));
        } else {
            assertThat(String.valueOf(answer.status()))
                    .isIn((Object[]) row.expected().split("/", 2));
            assertThat(answer.whole()).isTrue();
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("retry-after")).isEqualTo(answer.status() == 503 ? "5" : "(no retry-after)");
            assertThat(answer.text()).doesNotContain("s3", "media", "shop");
        }
        assertAsked(row.asked(), name);
        recover();
        byte[] now =
                row.fault() == Fault.CHANGED ? changed(row.kept()) : row.kept().bytes();
        assertWhole(get(row.kept(), name), now);
    }

    @ParameterizedTest
    @MethodSource("stale")
    void whatIsHeldAndWhoseTimeIsOver(Row row) throws Exception {
        String name = "stale-" + row.name();
        hold(row.kept(), name);
        time.pass(UploadsOrigin.FRESH.plus(UploadsOrigin.WHILE_ASKING).plusSeconds(1));
        fall(row.fault(), row.kept(), name);

        Answer answer = get(row.kept(), name);

        assertWhole(answer, row.kept().bytes());
        assertThat(answer.header("cache-status"))
                .matches(
                        row.expected().equals("confirmed")
                                ? "aloft; fwd=stale; fwd-status=304; stored"
                                : "aloft; hit; ttl=-\\d+; detail=" + row.expected());
        assertAsked(row.asked(), name);
        recover();
        assertWhole(get(row.kept(), name), row.kept().bytes());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsFreshNeedsNoS3(Fault fault) throws Exception {
        for (Kept kept : List.of(Kept.IN_MEMORY, Kept.IN_SLICES)) {
            String name = "fresh-" + fault + kept + ".bin";
            hold(kept, name);
            fall(fault, kept, name);
            Answer answer = get(kept, name);
            assertWhole(answer, kept.bytes());
            assertThat(answer.header("cache-status")).matches("aloft; hit; ttl=\\d+");
            assertAsked("0", name);
            recover();
        }
    }

    /// Of an upload in slices the first are held, and the others must come.
    @ParameterizedTest
    @EnumSource
    void whatIsHeldInPartIsEndedOrBrokenOffAndNeverMixed(Fault fault) throws Exception {
        Kept kept = Kept.IN_SLICES;
        String name = "part-" + fault + ".bin";
        put(name, kept.bytes());
        get(kept, name, "Range: bytes=0-" + ((8 << 20) - 1));
        if (fault == Fault.CHANGED) {
            put(name, changed(kept));
        } else {
            fall(fault, kept, name);
        }
        Answer answer = get(kept, name);
        switch (fault) {
            case LATE, FAILING_ONCE, CUT_ONCE, RESET_ONCE -> assertWhole(answer, kept.bytes());
            default -> {
                assertTorn(answer, kept.bytes());
                assertThat(answer.body().length).as("what is held is sent").isGreaterThanOrEqualTo(8 << 20);
            }
        }
        recover();
        assertWhole(get(kept, name), fault == Fault.CHANGED ? changed(kept) : kept.bytes());
    }
}
