package dev.aloft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every type that has a file's top level says what it is, in every module.
@Tag("unit")
final class DocumentedTypesTest {

    private static final Pattern TYPE = Pattern.compile(
            "^((public|final|abstract|sealed|non-sealed) )*(class|interface|enum|record|@interface) \\w+.*");

    @Test
    void everyTopLevelTypeSaysWhatItIs() throws IOException {
        List<Path> sources = sources();
        List<String> undocumented = new ArrayList<>();
        for (Path source : sources) {
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (TYPE.matcher(lines.get(i)).matches() && !isDocumented(lines, i)) {
                    undocumented.add(source + ":" + (i + 1));
                }
            }
        }

        assertThat(sources).hasSizeGreaterThan(40);
        assertThat(undocumented).isEmpty();
    }

    /// True if a comment ends right above the line, or above the annotations that are.
    private static boolean isDocumented(List<String> lines, int type) {
        int above = type - 1;
        while (above >= 0 && !lines.get(above).isBlank() && !lines.get(above).startsWith("///")) {
            above--;
        }
        return above >= 0 && lines.get(above).startsWith("///");
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(System.getProperty("aloft.root")))) {
            for (Path module : modules.toList()) {
                Path main = module.resolve("src/main/java");
                if (Files.isDirectory(main)) {
                    try (Stream<Path> files = Files.walk(main)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }
}
