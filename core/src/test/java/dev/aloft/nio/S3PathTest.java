package dev.aloft.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Paths are lexical and Unix's: whatever the JDK's own file system answers, ours answers too.
@Tag("unit")
final class S3PathTest {

    private static final List<String> PATHS = List.of(
            "",
            "/",
            "a",
            "/a",
            "a/",
            "/a/b",
            "a/b",
            "a//b",
            "/a/b/c",
            "a/b/c",
            ".",
            "..",
            "./a",
            "a/..",
            "/..",
            "../a",
            "/a/../b",
            "a/./b",
            "../..",
            "/a/b/../../..",
            "a b",
            "ä/é",
            "/a/.",
            "b",
            "/b/c",
            "c",
            "b/c");

    private S3FileSystemProvider provider;
    private FileSystem s3;

    @BeforeEach
    void open() {
        provider = new S3FileSystemProvider(Map.of());
        s3 = provider.newFileSystem(
                URI.create("s3://media"), Map.of("endpoint", "http://127.0.0.1:9", "accessKey", "a", "secretKey", "b"));
    }

    @AfterEach
    void close() throws IOException {
        s3.close();
    }

    @Test
    void everyAnswerAboutOnePathIsUnixs() {
        List<Function<Path, @Nullable Object>> questions = List.of(
                Path::toString,
                Path::isAbsolute,
                Path::getRoot,
                Path::getFileName,
                Path::getParent,
                Path::getNameCount,
                Path::normalize,
                p -> p.getNameCount() > 0 ? p.getName(0) : null,
                p -> p.getNameCount() > 1 ? p.subpath(1, p.getNameCount()) : null,
                p -> names(p));
        for (String path : PATHS) {
            for (Function<Path, @Nullable Object> question : questions) {
                assertThat(text(question.apply(s3.getPath(path))))
                        .as("question %s on \"%s\"", questions.indexOf(question), path)
                        .isEqualTo(text(question.apply(Path.of(path))));
            }
        }
    }

    @Test
    void everyAnswerAboutTwoPathsIsUnixs() {
        List<BiFunction<Path, Path, @Nullable Object>> questions = List.of(
                Path::resolve,
                Path::resolveSibling,
                Path::startsWith,
                Path::endsWith,
                Path::equals,
                (a, b) -> Integer.signum(a.compareTo(b)),
                (a, b) -> a.isAbsolute() == b.isAbsolute() ? orFailure(() -> a.relativize(b)) : null);
        for (String one : PATHS) {
            for (String two : PATHS) {
                for (BiFunction<Path, Path, @Nullable Object> question : questions) {
                    assertThat(text(question.apply(s3.getPath(one), s3.getPath(two))))
                            .as("question %s on \"%s\" and \"%s\"", questions.indexOf(question), one, two)
                            .isEqualTo(text(question.apply(Path.of(one), Path.of(two))));
                }
            }
        }
    }

    private static List<String> names(Path path) {
        List<String> names = new ArrayList<>();
        path.forEach(name -> names.add(name.toString()));
        return names;
    }

    private static @Nullable Object orFailure(Supplier<Path> answer) {
        try {
            return answer.get();
        } catch (IllegalArgumentException e) {
            return "refused";
        }
    }

    private static String text(@Nullable Object answer) {
        return String.valueOf(answer);
    }

    @Test
    void uriIsEncodedOnceAndReadBack() {
        for (String name : List.of(
                "a b", "+", "#", "%", "%20", "?", "&;=", "'\"", "é", "😀", "a:b", "[x]", "~", "\\", "a|b", "^",
                "e\u0301")) {
            Path path = s3.getPath("/d/" + name);
            assertThat(provider.getPath(path.toUri())).isEqualTo(path);
            assertThat(provider.getPath(URI.create(path.toUri().toASCIIString())))
                    .isEqualTo(path);
        }
        assertThat(s3.getPath("/a b#c").toUri()).hasToString("s3://media/a%20b%23c");
        assertThat(s3.getPath("/é").toUri()).hasToString("s3://media/%C3%A9");
        assertThat(s3.getPath("x/../y").toUri()).hasToString("s3://media/y");
        assertThat(s3.getPath("/").toUri()).hasToString("s3://media/");
    }

    @Test
    void uriThatNamesNoFileIsRefused() {
        for (String uri : List.of(
                "s3://media/a//b",
                "s3://media/a/../b",
                "s3://media/%2e%2e/b",
                "s3://key:secret@media/a",
                "s3://media:9000/a",
                "s3://media/a?versionId=1",
                "s3://media/a#b",
                "s3:/media/a",
                "file:///a")) {
            assertThatThrownBy(() -> provider.getPath(URI.create(uri)))
                    .as(uri)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> provider.getPath(URI.create("s3://key:secret@media/a")))
                .hasMessageNotContaining("secret");
        for (String noPath : List.of("a\0b", "\ud800", "\uffff")) {
            assertThatThrownBy(() -> s3.getPath(noPath)).isInstanceOf(InvalidPathException.class);
        }
    }

    @Test
    void pathsOfTwoBucketsAreNeverTheSame() throws IOException {
        try (FileSystem other = provider.newFileSystem(
                URI.create("s3://other"),
                Map.of("endpoint", "http://127.0.0.1:9", "accessKey", "a", "secretKey", "b"))) {
            assertThat(s3.getPath("/a").compareTo(other.getPath("/a"))).isNegative();
            assertThat(other.getPath("/a").compareTo(s3.getPath("/a"))).isPositive();
            assertThat(s3.getPath("/a")).isNotEqualTo(other.getPath("/a"));
        }
    }

    @Test
    void pathsOfOtherFileSystemsAreRefused() {
        assertThatThrownBy(() -> s3.getPath("a").resolve(Path.of("b"))).isInstanceOf(ProviderMismatchException.class);
        assertThat(s3.getPath("a").startsWith(Path.of("a"))).isFalse();
        assertThat(s3.getPath("a")).isNotEqualTo(Path.of("a"));
        assertThatThrownBy(() -> s3.getPath("a").compareTo(Path.of("b"))).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> s3.getPath("a").toFile()).isInstanceOf(UnsupportedOperationException.class);
    }
}
