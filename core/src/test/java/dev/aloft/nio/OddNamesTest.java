package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Names that trip other clients.
@Timeout(60)
final class OddNamesTest {

    private static final List<String> NAMES = List.of(
            "a b",
            " a",
            "a+b",
            "a#b",
            "100%",
            "%41",
            "a?b",
            "a&b;c=d",
            "it's",
            "\"q\"",
            "émoji 😀",
            "日本",
            "a\\b",
            "~",
            "[x]",
            "{y}",
            "*",
            "a:b",
            "<>",
            "$x",
            "@",
            "a,b",
            "...",
            ".x",
            "x.",
            "-rf");

    @TempDir
    Path data;

    @Test
    void oddNameIsANameLikeAnyOther() throws IOException {
        try (TestFileSystem store = TestFileSystem.start(data)) {
            for (String name : NAMES) {
                Path file = store.path("/d").resolve(name);
                Files.writeString(file, name);
                Path copy = Files.copy(file, store.path("/copies").resolve(name));
                Files.move(copy, store.path("/moved").resolve(name));
            }

            for (String name : NAMES) {
                assertThat(Files.readString(store.host().getPath("/moved", name)))
                        .isEqualTo(name);
                assertThat(Files.exists(store.path("/copies").resolve(name))).isFalse();
            }
            assertThat(names(store.host().getPath("/d"))).containsExactlyInAnyOrderElementsOf(NAMES);
            S3Files.deleteTree(store.path("/d"));
            assertThat(Files.exists(store.host().getPath("/d"))).isFalse();
        }
    }

    @Test
    void keyOfOneThousandAndTwentyFourBytesIsTheLongest() throws IOException {
        try (TestFileSystem store = TestFileSystem.start(data)) {
            String longest = "/" + ("é".repeat(99) + "/").repeat(5) + "x".repeat(29);
            Path file = store.path(longest);
            assertThat(longest.substring(1).getBytes(StandardCharsets.UTF_8)).hasSize(1024);
            Files.writeString(file, "deep");
            assertThat(Files.readString(store.host().getPath(longest))).isEqualTo("deep");

            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(() -> Files.writeString(store.path(longest + "x"), "too deep"))
                    .withMessageContaining("1024");
            assertThat(Files.exists(store.path(longest + "x"))).isFalse();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(directory.relativize(entry).toString()));
        }
        return names;
    }
}
