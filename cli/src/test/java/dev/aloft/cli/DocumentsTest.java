package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The documents as a whole: their links lead somewhere, and the types that they name exist.
@Tag("unit")
class DocumentsTest {

    private static final Path HOME = Checkout.HOME;
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern ONE_TEST = Pattern.compile("-pl (\\S+) -am -Dtest=(\\w+)");
    private static final Pattern MESSAGE = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    static final Pattern BANNED = Pattern.compile("(?i)\\b(unless said|cannot be meant|counts? for nothing|"
            + "all the same|whoever|nobody|somebody|mend(s|ed|ing)?|goes on|so \\w+ that no)\\b");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+[A-Za-z0-9]*)(\\.php)?`");

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : files(".md")) {
            for (String link : links(page)) {
                if (!leadsSomewhere(page, link)) {
                    broken.add(HOME.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void explanationsAndTheGuideForContributorsNameOnlyTypesThatExist() throws IOException {
        Set<String> existing = Stream.concat(files(".java").stream(), files(".php").stream())
                .map(file -> file.getFileName().toString().replaceFirst("\\.[a-z]+$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        existing.add("PutObject"); // an operation of S3
        for (Path page : files(".md")) {
            if (page.startsWith(HOME.resolve("docs/explain")) || page.equals(HOME.resolve("CONTRIBUTING.md"))) {
                assertThat(TYPE.matcher(Files.readString(page)).results().map(found -> found.group(1)))
                        .as(page.toString())
                        .hasSizeGreaterThan(5)
                        .allSatisfy(name -> assertThat(existing).contains(name));
            }
        }
    }

    @Test
    void contributorsAreGivenACommandForATestThatExists() throws IOException {
        Matcher command = ONE_TEST.matcher(Files.readString(HOME.resolve("CONTRIBUTING.md")));
        assertThat(command.find()).isTrue();
        assertThat(files(".java"))
                .anyMatch(file -> file.startsWith(HOME.resolve(command.group(1) + "/src/test"))
                        && file.endsWith(command.group(2) + ".java"));
    }

    @Test
    void everyQuotedMessageExistsInTheSources() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path file : files("")) {
            String name = HOME.relativize(file).toString();
            if (name.matches(".+/src/main/java/.+\\.java|wordpress/(src/.+|aloft)\\.php")) {
                sources.append(Files.readString(file).replace("\\'", "'"));
            }
        }
        String page = Files.readString(HOME.resolve("docs/how-to/troubleshooting.md"));
        String messages = page.substring(0, page.indexOf("## Without a message"));
        assertThat(MESSAGE.matcher(messages).results().map(found -> found.group(1)))
                .hasSizeGreaterThan(10)
                .allSatisfy(message ->
                        assertThat(sources.indexOf(message)).as(message).isNotNegative());
    }

    @Test
    void noPageUsesABannedPhrase() throws IOException {
        for (Path page : files(".md")) {
            assertThat(BANNED.matcher(prose(page)).results().map(MatchResult::group))
                    .as(page.toString())
                    .isEmpty();
        }
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        Path docs = HOME.resolve("docs");
        Set<Path> linked = links(docs.resolve("README.md")).stream()
                .map(link -> docs.resolve(link.replaceFirst("#.*", "")).normalize())
                .collect(Collectors.toSet());
        assertThat(files(".md").stream()
                        .filter(page -> page.startsWith(docs))
                        .filter(page -> !page.startsWith(docs.resolve("decisions")))
                        .filter(page -> !page.equals(docs.resolve("README.md"))))
                .allSatisfy(page -> assertThat(linked).contains(page));
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        if (URI.create(link).isAbsolute()) {
            return true;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1 || anchors(target).contains(parts[1]);
    }

    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(prose(page)).results().map(found -> found.group(1)).toList();
    }

    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(prose(page)).results().map(DocumentsTest::anchor).collect(Collectors.toSet());
    }

    /// As GitHub makes it of a heading.
    private static String anchor(MatchResult heading) {
        return heading.group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static String prose(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<Path> files(String ending) throws IOException {
        return Checkout.files().stream()
                .filter(file -> file.toString().endsWith(ending))
                .toList();
    }
}
