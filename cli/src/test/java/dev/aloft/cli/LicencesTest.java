package dev.aloft.cli;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Holds the licences of the libraries in `aloft.jar` against `NOTICE` and the list of those that may be used.
final class LicencesTest {

    private static final Path ROOT = Path.of(System.getProperty("aloft.root"));
    private static final Path COMPONENTS = ROOT.resolve("cli/target/aloft-cli.cdx.json");
    private static final Pattern ROW = Pattern.compile("^\\| ([a-z0-9.-]+) \\| (\\S+) \\|$", Pattern.MULTILINE);

    /// A library with a choice of licences is used under one of these.
    private static final Set<String> ALLOWED = Set.of("Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause");

    private final Map<String, Set<String>> licencesOfGroups = new TreeMap<>();

    @BeforeEach
    void readComponents() throws IOException {
        assumeThat(COMPONENTS)
                .as("the list that Maven writes unless it is offline")
                .exists();
        for (JsonNode component :
                JsonMapper.shared().readTree(Files.readString(COMPONENTS)).path("components")) {
            String group = component.path("group").asString();
            if (!group.equals("dev.aloft")) {
                Set<String> licences = licences(component);
                licencesOfGroups.merge(group, licences, LicencesTest::inBoth);
            }
        }
        assertThat(licencesOfGroups).containsKeys("org.eclipse.jetty", "software.amazon.awssdk");
    }

    @Test
    void everyLibraryMayBeUsedUnderAnAllowedLicence() {
        assertThat(licencesOfGroups)
                .allSatisfy((group, licences) -> assertThat(licences).as(group).containsAnyElementsOf(ALLOWED));
    }

    @Test
    void noticeNamesEveryLibraryWithALicenceThatItHas() throws IOException {
        Map<String, String> noticed = ROW.matcher(Files.readString(ROOT.resolve("NOTICE")))
                .results()
                .filter(row -> !row.group(2).equals("licence"))
                .filter(row -> !row.group(2).equals("---"))
                .collect(toMap(row -> row.group(1), row -> row.group(2)));

        assertThat(noticed.keySet()).isEqualTo(licencesOfGroups.keySet());
        assertThat(noticed).allSatisfy((group, licence) -> {
            assertThat(ALLOWED).contains(licence);
            assertThat(licencesOfGroups.get(group)).as(group).contains(licence);
        });
    }

    private static Set<String> licences(JsonNode component) {
        Set<String> licences = new TreeSet<>();
        for (JsonNode licence : component.path("licenses")) {
            for (String name : List.of("/license/id", "/license/name", "/expression")) {
                if (!licence.at(name).isMissingNode()) {
                    licences.add(licence.at(name).asString());
                }
            }
        }
        return licences;
    }

    private static Set<String> inBoth(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.retainAll(other);
        return both;
    }
}
