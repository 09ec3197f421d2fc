package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Holds `docs/reference/advisories.md` against the jars that the build has resolved for the program.
@Tag("unit")
final class AdvisoriesPageTest {

    private static final Pattern HOLE =
            Pattern.compile("^\\| `([^`:]+):([^`]+)` \\| ([0-9., ]+) \\| ((?:CVE|GHSA)-\\S+) \\|", Pattern.MULTILINE);
    private static final Pattern SOURCES = Pattern.compile("^\\| (`[^|:]+`) \\| https://", Pattern.MULTILINE);
    private static final Pattern REVIEWED = Pattern.compile("^Reviewed: \\d{4}-\\d{2}-\\d{2}\\.$", Pattern.MULTILINE);

    /// Groups of libraries for tests only.
    private static final List<String> OF_TESTS = List.of(
            "org.junit",
            "org.assertj",
            "org.opentest4j",
            "org.apiguardian",
            "net.bytebuddy",
            "com.tngtech.archunit",
            "org.seleniumhq",
            "org.jetbrains");

    private String page = "";

    /// A library of the class path, as its place in the local repository names it.
    private record Library(String group, String artifact, String version) {

        static Library of(Path inRepository) {
            Path folder = Objects.requireNonNull(inRepository.getParent());
            Path artifact = Objects.requireNonNull(folder.getParent());
            String group = String.valueOf(artifact.getParent()).replace(File.separatorChar, '.');
            return new Library(
                    group,
                    String.valueOf(artifact.getFileName()),
                    String.valueOf(folder.getFileName()).replace(".Final", ""));
        }

        /// Returns true if the version is as new as the fix of its own line, or as the last fix.
        boolean hasOneOf(String fixes) {
            List<String> all = List.of(fixes.split(", ", -1));
            return all.stream()
                    .anyMatch(fix -> isSince(fix) && (line(fix).equals(line(version)) || fix.equals(all.getLast())));
        }

        private boolean isSince(String fix) {
            return Version.parse(version).compareTo(Version.parse(fix)) >= 0;
        }

        private static String line(String version) {
            return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
        }
    }

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/advisories.md"));
    }

    @Test
    void noDependencyIsOlderThanTheFixOfAKnownHole() throws URISyntaxException {
        List<MatchResult> holes = HOLE.matcher(page).results().toList();
        assertThat(holes).hasSizeGreaterThan(10);
        List<Library> libraries = libraries();
        assertThat(libraries).extracting(Library::artifact).contains("jetty-http", "s3");
        for (MatchResult hole : holes) {
            assertThat(libraries)
                    .as(hole.group(4))
                    .noneMatch(library -> library.group().equals(hole.group(1))
                            && library.artifact().equals(hole.group(2))
                            && !library.hasOneOf(hole.group(3)));
        }
    }

    @Test
    void ofEveryDependencyThePageSaysWhereItsAdvisoriesArePublished() throws URISyntaxException {
        List<String> known = SOURCES.matcher(page)
                .results()
                .flatMap(row -> Stream.of(row.group(1).replace("`", "").split(", ", -1)))
                .toList();
        assertThat(libraries())
                .allMatch(library ->
                        Stream.concat(known.stream(), OF_TESTS.stream()).anyMatch(library.group()::startsWith));
        assertThat(REVIEWED.matcher(page).find()).isTrue();
    }

    private static List<Library> libraries() throws URISyntaxException {
        Path repository = repository();
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(jar -> jar.startsWith(repository))
                .map(repository::relativize)
                .filter(jar -> !jar.startsWith("dev/aloft"))
                .map(Library::of)
                .toList();
    }

    /// The local repository, found by the place of JUnit in it: `org/junit/jupiter/junit-jupiter-api/6.1.3/….jar`.
    private static Path repository() throws URISyntaxException {
        Path junit = Path.of(
                Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path root = junit;
        for (int i = 0; i < 6; i++) {
            root = Objects.requireNonNull(root.getParent());
        }
        return root;
    }
}
