package dev.aloft.server.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds `docs/reference/urls.md` and the program together.
@Tag("unit")
final class UrlsPageTest {

    private static final Pattern REQUEST =
            Pattern.compile("^\\| `([A-Z]+) (\\S+)`(?: with `([^`]+)`)? \\| (\\d{3}) \\|", Pattern.MULTILINE);
    private static final Pattern TYPE =
            Pattern.compile("^\\| `([^`/]+)` \\| `([^`]+/[^`]+)` \\| (shows|saves) it", Pattern.MULTILINE);
    private static final Pattern LIMIT =
            Pattern.compile("^\\| ([^|`]+) \\| ([0-9]+ ?[A-Za-z]*) \\| [^|]+ \\|$", Pattern.MULTILINE);
    private static final Pattern ENDINGS = Pattern.compile("an extension of a segment is one of (.*)\\.");

    private static final Pattern FOLDERS = Pattern.compile("one of the folders (.*?) are not served");

    private final String page;

    UrlsPageTest() throws IOException {
        page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/urls.md"));
    }

    @Test
    void everyRequestIsAnsweredAsThePageSays(@TempDir Path folder) throws IOException {
        List<MatchResult> rows = REQUEST.matcher(page).results().toList();
        assertThat(rows).hasSize(36);
        try (S3Fixture s3 = new S3Fixture(folder);
                Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP)))) {
            s3.put("cat.jpg", "image/jpeg", "0123456789");
            s3.put("sw.js", "text/javascript", "self");
            s3.put("x.php", "text/plain", "<?php");
            s3.put("folder/dog.jpg", "image/jpeg", "wuff");
            for (MatchResult row : rows) {
                String[] fields = row.group(3) == null ? new String[0] : new String[] {row.group(3)};
                Answer answer = Answer.to(edge.port(), row.group(1), row.group(2), fields);
                assertThat(answer.status()).as(row.group()).isEqualTo(Integer.parseInt(row.group(4)));
            }
        }
    }

    @Test
    void everyTypeIsSentAsThePageSays() {
        List<MatchResult> rows = TYPE.matcher(page).results().toList();
        assertThat(rows).hasSize(20);
        for (MatchResult row : rows) {
            ServedType type = ServedType.of(row.group(1), null);
            assertThat(type.value()).as(row.group(1)).isEqualTo(row.group(2));
            assertThat(type.inline()).as(row.group(1)).isEqualTo(row.group(3).equals("shows"));
        }
    }

    @Test
    void everyHeaderOfAnUploadIsOnThePage(@TempDir Path folder) throws IOException {
        try (S3Fixture s3 = new S3Fixture(folder);
                Edge edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, EdgeSite.of(s3.bucket(), S3Fixture.TOP)))) {
            for (String name : new String[] {"a.svg", "a.html", "a.jpg"}) {
                s3.put(name, "text/plain", "x");
                Answer answer = Answer.to(edge.port(), "GET", "/uploads/" + name);
                answer.headers().keySet().removeAll(List.of("date", "connection"));
                assertThat(answer.headers().keySet())
                        .allSatisfy(header -> assertThat(page).containsIgnoringCase("| `" + header + "` |"));
            }
        }
    }

    @Test
    void everyEndingThatIsNotServedIsOnThePage() {
        String listed =
                ENDINGS.matcher(page).results().findFirst().orElseThrow().group(1);
        assertThat(List.of(listed.replace("`", "").split(" ", -1)))
                .containsExactlyInAnyOrderElementsOf(ServedName.REFUSED_ENDINGS);
    }

    @Test
    void everyFolderThatIsPrivateIsOnThePage() {
        String listed =
                FOLDERS.matcher(page).results().findFirst().orElseThrow().group(1);
        assertThat(List.of(listed.replace("`", "").split(" ", -1)))
                .containsExactlyInAnyOrderElementsOf(ServedName.PRIVATE_FOLDERS);
    }

    @Test
    void theTimesInTheCacheAreThoseOfThePage() {
        assertThat(page)
                .contains("| is served without asking S3 | %d s |".formatted(UploadsOrigin.FRESH.toSeconds()))
                .contains("asked in the background | %d s |".formatted(UploadsOrigin.WHILE_ASKING.toSeconds()))
                .contains("| is then served if S3 fails | %d day |".formatted(UploadsOrigin.WHILE_FAILING.toDays()))
                .contains("| is known to be missing | %d s |".formatted(UploadsOrigin.MISSING.toSeconds()));
    }

    @Test
    void theLimitsAreThoseOfThePage() {
        Map<String, String> limits =
                LIMIT.matcher(page).results().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
        assertThat(limits)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("request head", (Edge.MAX_HEAD_BYTES >> 10) + " KiB"),
                        Map.entry(
                                "idle client",
                                EdgeSettings.Limits.DEFAULT.idle().toSeconds() + " s"),
                        Map.entry("connections per address", "" + EdgeSettings.Limits.DEFAULT.connectionsPerAddress()),
                        Map.entry("request head read over HTTP/2", (Edge.MAX_PARSED_HEAD_BYTES >> 10) + " KiB"),
                        Map.entry(
                                "time for the request head",
                                EdgeSettings.Limits.DEFAULT.head().toSeconds() + " s"),
                        Map.entry("connections", String.valueOf(EdgeSettings.Limits.DEFAULT.connections())),
                        Map.entry("concurrent requests per HTTP/2 connection", String.valueOf(Edge.MAX_STREAMS)),
                        Map.entry("requests in progress when the edge stops", Edge.DRAIN_LIMIT.toSeconds() + " s"),
                        Map.entry("S3 connections held by slow clients", String.valueOf(SlowReaderSlots.MAX_SLOTS)),
                        Map.entry("wait for such a connection", SlowReaderSlots.WAIT_LIMIT.toSeconds() + " s")));
    }
}
