package dev.aloft.server.htaccess;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("unit")
final class HtaccessTest {

    @TestFactory
    Stream<DynamicTest> everyCaseIsDecidedAsItsTableSays() throws IOException {
        return Cases.all().stream()
                .flatMap(cases -> cases.questions().stream()
                        .map(question -> DynamicTest.dynamicTest(
                                cases.title() + ": " + question.path(),
                                () -> assertThat(written(cases.denial(question.path())))
                                        .isEqualTo(question.answer()))));
    }

    private static String written(Optional<Htaccess.Denial> denial) {
        return denial.map(d -> d.understood() ? "denied " + d.folder() + ".htaccess " + d.line() : "doubtful")
                .orElse("served");
    }

    @Test
    void aFileThatIsTooLongDeniesEverything() {
        byte[] text = "# harmless\n".repeat(4000).getBytes(StandardCharsets.UTF_8);
        assertThat(Htaccess.denial(List.of(Htaccess.parse("a/", text)), "a/x.jpg", "/wp-content/uploads/a/x.jpg"))
                .hasValueSatisfying(denial -> assertThat(denial.understood()).isFalse());
    }

    @Test
    void sectionsAreReadToADepth() {
        String open = "<If a>\n".repeat(4000);
        assertThat(Cases.denial(Map.of(".htaccess", open), "x.jpg"))
                .hasValueSatisfying(denial -> assertThat(denial.understood()).isFalse());
    }

    @Test
    void whatAStrangerWroteIsToldInOneShortLine() {
        Map<String, String> files = Map.of(".htaccess", "deny from all \u001b[2J" + "x".repeat(1000));
        assertThat(Cases.denial(files, "x.jpg").orElseThrow().text())
                .startsWith("deny from all ?[2Jxxx")
                .hasSizeLessThan(210);
    }

    @Test
    void anyBytesAreRead() {
        byte[] bytes = new byte[3000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        assertThat(Htaccess.parse("", bytes).denials()).allMatch(denial -> !denial.understood());
    }

    @Test
    void aDenialTellsFileLineAndText() {
        Map<String, String> files = Map.of("edd/.htaccess", "# no\n Deny from  all\n");
        assertThat(Cases.denial(files, "edd/x.pdf").orElseThrow()).hasToString("edd/.htaccess, line 2: Deny from  all");
    }
}
