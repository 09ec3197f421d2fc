package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `RELEASING.md`: its commands set the version and begin the next one, in a copy of the files that name it. And the
/// changelog, of which a release takes a section.
final class ReleasingTest {

    private static final Path HOME = Checkout.HOME;
    private static final Pattern NAMES_VERSION = Pattern.compile("(\\w+/)?pom\\.xml|\\w+\\.md|(docs|packaging)/.*");
    private static final Pattern COMMANDS = Pattern.compile("(?ms)^ *```sh\\n( *old=.*?)^ *```");
    private static final Pattern VERSION = Pattern.compile("(?m)^  <version>(.+)</version>$");
    private static final Pattern HEADING = Pattern.compile("(?m)^### (.+)$");
    private static final Pattern ENTRY = Pattern.compile("(?m)^- .+$");

    /// Characters of an entry that one reads in passing.
    private static final int MAX_ENTRY_CHARS = 400;

    @TempDir
    private Path copy;

    @Test
    void theCommandsSetTheVersionEverywhereAndBeginTheNextOne() throws Exception {
        String version = version(HOME);
        assumeThat(version).as("a tag has no version to release").endsWith("-SNAPSHOT");
        copyFiles();
        List<String> commands = COMMANDS.matcher(Files.readString(HOME.resolve("RELEASING.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(commands).hasSize(2);
        run(
                "git init -q && git config user.name a && git config user.email a@b && git add -A && git commit -qm before");

        run(commands.getFirst().replace("A.B.C-SNAPSHOT", version).replace("X.Y.Z", "97.98.99"));
        assertThat(version(copy)).isEqualTo("97.98.99");
        assertThat(naming(version)).isEmpty();
        assertThat(naming("97.98.99")).contains("pom.xml", "cli/pom.xml", "packaging/kubernetes/kustomization.yaml");

        run(
                "sed -i 's/^## .Unreleased.$/&\\n\\n## [97.98.99]/' CHANGELOG.md && git commit -qam release && git tag v97.98.99");
        run(commands.getLast()
                .replace("new=X.Y.Z-SNAPSHOT", "new=97.99.0-SNAPSHOT")
                .replace("X.Y.Z", "97.98.99"));
        assertThat(version(copy)).isEqualTo("97.99.0-SNAPSHOT");
        assertThat(naming("97.98.99")).containsExactly("CHANGELOG.md");
    }

    @Test
    void theChangelogIsReadInPassing() throws IOException {
        String changelog = Files.readString(HOME.resolve("CHANGELOG.md"));

        assertThat(changelog).contains("## [Unreleased]\n");
        assertThat(found(HEADING, changelog))
                .isSubsetOf("Security", "Added", "Changed", "Deprecated", "Removed", "Fixed");
        assertThat(ENTRY.matcher(changelog).results().map(MatchResult::group))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry).hasSizeLessThanOrEqualTo(MAX_ENTRY_CHARS));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String version(Path home) throws IOException {
        return found(VERSION, Files.readString(home.resolve("pom.xml"))).getFirst();
    }

    /// The POMs, the pages and what is packaged.
    private void copyFiles() throws IOException {
        for (Path file : Checkout.files()) {
            String name = HOME.relativize(file).toString();
            if (NAMES_VERSION.matcher(name).matches()) {
                Path place = copy.resolve(name);
                Files.createDirectories(place.getParent());
                Files.copy(file, place);
            }
        }
    }

    /// The files that name a version.
    private List<String> naming(String version) throws IOException {
        return run("git grep -lF '" + version + "' || true").lines().toList();
    }

    private String run(String script) throws IOException {
        return Command.of("bash", "-euo", "pipefail", "-c", "cd '" + copy + "' && " + script.strip())
                .run();
    }
}
