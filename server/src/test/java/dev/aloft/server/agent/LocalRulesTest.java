package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.aloft.files.FilePath;
import dev.aloft.files.PathRules;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class LocalRulesTest {

    private static final FilePath PREFIX = FilePath.of("sites/one");
    private static final Path FOLDER = Path.of("/srv/kept");

    @ParameterizedTest
    @CsvSource({
        "uploads/cache, uploads/cache, true",
        "uploads/cache, uploads/cache/a/b.css, true",
        "uploads/cache, uploads/cache.css, false",
        "uploads/cache/, uploads/cache/a, true",
        "uploads/*.log, uploads/a.log, true",
        "uploads/*.log, uploads/a.log/b, true",
        "uploads/*.log, uploads/a/b.log, false",
        "uploads/**.log, uploads/a/b.log, true",
        "uploads/**/tmp, uploads/a/b/tmp/c, true",
        "uploads/?, uploads/é, true",
        "uploads/?, uploads/ab, false",
        "uploads/a.b, uploads/axb, false",
        "uploads/[a], uploads/a, true"
    })
    void ruleCoversWhatItFitsAndEverythingBelow(String rule, String path, boolean covered) {
        AgentSite.LocalRules rules = new AgentSite.LocalRules(List.of(rule), FOLDER);
        assertThat(rules.covering(PREFIX, FilePath.of("sites/one/" + path)).isPresent())
                .isEqualTo(covered);
        assertThat(rules.covering(PREFIX, FilePath.of("sites/two/" + path))).isEmpty();
        assertThat(rules.covering(PREFIX, PREFIX)).isEmpty();
    }

    @Test
    void firstRuleThatFitsIsNamedAndThePlaceIsBelowTheFolder() {
        AgentSite.LocalRules rules = new AgentSite.LocalRules(List.of("a/b", "a"), FOLDER);
        assertThat(rules.covering(PREFIX, FilePath.of("sites/one/a/b"))).contains("a/b");
        assertThat(rules.covering(PREFIX, FilePath.of("sites/one/a/c"))).contains("a");
        assertThat(rules.place(PREFIX, FilePath.of("sites/one/a/?#"))).isEqualTo("file:///srv/kept/a/%3F%23");
        assertThat(rules.place(FilePath.ROOT, FilePath.of("a"))).isEqualTo("file:///srv/kept/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "*", "**", "*/**", "../a", "a//b", "/a", "a/../b"})
    void ruleThatIsNoPathOrCoversEverythingIsRefused(String rule) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentSite.LocalRules(List.of(rule), FOLDER));
    }

    @Test
    void tooManyRulesAreRefused() {
        List<String> rules = Collections.nCopies(PathRules.MAX_RULES + 1, "a");
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentSite.LocalRules(rules, FOLDER));
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentSite.LocalRules(List.of("a"), Path.of("here")));
    }
}
