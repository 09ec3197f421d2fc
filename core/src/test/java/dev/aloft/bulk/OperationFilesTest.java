package dev.aloft.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.bulk.OperationFiles.Running;
import dev.aloft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Operations under way, as another process reads them.
@Tag("unit")
@Timeout(60)
final class OperationFilesTest {

    private static final String VALID =
            "name=migrate in\nphase=copying files\nfiles=2\ncopied=1\nbytes=1000\nsince=1\n";

    @TempDir
    private Path folder;

    @Test
    void anOperationIsShownWithItsProgressUntilItEnds() throws Exception {
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        assertThat(files.read()).isEmpty();
        Progress progress = new Progress();
        try (OperationFiles.Shown _ = files.show("migrate in", progress)) {
            progress.begin("copying files");
            progress.copied(1_000);
            progress.passed();
            Eventually.await(
                    "the progress is shown", () -> files.read().stream().anyMatch(running -> running.files() == 2));
            Running running = files.read().getFirst();
            assertThat(running.name()).isEqualTo("migrate in");
            assertThat(running.phase()).isEqualTo("copying files");
            assertThat(List.of(running.copied(), running.bytes())).containsExactly(1L, 1_000L);
            assertThat(running.stream()).isFalse();
            assertThat(running.since()).isBetween(Instant.now().minusSeconds(60), Instant.now());

            progress.beginStream("dumping the database", 0);
            Eventually.await("the dump is shown", () -> files.read().stream().anyMatch(Running::stream));
        }
        assertThat(files.read()).isEmpty();
        try (Stream<Path> left = Files.list(files.folder())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theFileOfAKilledProcessIsIgnoredAndDeletedByTheNextOperation() throws Exception {
        OperationFiles files = new OperationFiles(folder);
        Path left = Files.writeString(folder.resolve("left.properties"), VALID);
        assertThat(files.read()).hasSize(1);
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(OperationFiles.STALE.multipliedBy(2))));

        assertThat(files.read()).isEmpty();
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            Eventually.await("the operation is shown", () -> files.read().size() == 1);
        }
        assertThat(left).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "files=many",
                "files=-1",
                "bytes=9223372036854775808",
                "since=-9223372036854775808",
                "name=<script>",
                "phase=/home/shop/.aws/credentials",
                "phase=",
                "phase=\\u00zz",
                "phase=one\\ntwo",
            })
    void whatNoOperationWritesIsIgnored(String hostile) throws Exception {
        Files.writeString(folder.resolve("hostile.properties"), VALID + hostile + "\n");
        Files.writeString(folder.resolve("valid.properties"), VALID);

        assertThat(new OperationFiles(folder).read()).hasSize(1);
    }

    @Test
    void linksAndPipesAreNotRead() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), VALID);
        Files.createSymbolicLink(folder.resolve("link.properties"), target);
        Path pipe = folder.resolve("pipe.properties");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThat(new OperationFiles(folder).read()).isEmpty();
    }

    @Test
    void moreFilesThanTheLimitAreNotRead() throws Exception {
        for (int i = 0; i <= OperationFiles.MAX_FILES; i++) {
            Files.writeString(folder.resolve(i + ".properties"), VALID + "since=9223372036854775807\n");
        }

        assertThat(new OperationFiles(folder).read())
                .hasSize(OperationFiles.MAX_FILES)
                .allSatisfy(running ->
                        assertThat(running.since()).isBefore(Instant.now().plusSeconds(1)));
    }

    @Test
    void nothingIsDeletedThroughALink() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path old = Files.writeString(other.resolve("old.properties"), "");
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
        Path link = Files.createSymbolicLink(folder.resolve("shop.operations"), other);

        assertThatThrownBy(() -> new OperationFiles(link).open()).isInstanceOf(IOException.class);
        assertThat(old).exists();
    }

    /// The parent's owner is another user than root, who may show the operation.
    @Test
    void nothingIsWrittenThroughALinkThatReplacesTheFolder() throws Exception {
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        Path other = Files.createDirectory(folder.resolve("other"));
        Progress progress = new Progress();
        try (OperationFiles.Shown _ = files.show("migrate in", progress)) {
            Eventually.await("it is shown", () -> !files.read().isEmpty());
            OperationFiles moved = new OperationFiles(Files.move(files.folder(), folder.resolve("moved")));
            Files.createSymbolicLink(files.folder(), other);

            progress.passed();
            Eventually.await(
                    "it is renewed where it began",
                    () -> moved.read().stream().anyMatch(running -> running.files() == 1));
        }
        assertThat(other).isEmptyDirectory();
        assertThat(folder.resolve("moved")).isEmptyDirectory();
    }

    @Test
    void anOperationIsShownAgainAfterAWriteHasFailed() throws Exception {
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            Eventually.await("it is shown", () -> !files.read().isEmpty());
            Path lost = Files.move(files.folder(), folder.resolve("lost"));
            Eventually.await("its folder is deleted", () -> {
                new ProcessBuilder("rm", "-rf", lost.toString()).start().waitFor();
                return Files.notExists(lost);
            });

            Eventually.await("it is shown again", () -> !files.read().isEmpty());
        }
        assertThat(files.folder()).isEmptyDirectory();
    }

    /// A file that another operation deletes first cannot be deleted either.
    @Test
    void anOperationIsShownBesideAStaleFileThatItCannotDelete() throws Exception {
        Path stale = Files.createDirectory(folder.resolve("stale.properties"));
        Files.setLastModifiedTime(stale, FileTime.from(Instant.EPOCH));
        OperationFiles files = new OperationFiles(folder);
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            Eventually.await("it is shown", () -> !files.read().isEmpty());
        }
    }

    /// Only root may give the folder to another user.
    @Test
    void theFolderBelongsToItsParentsOwner() throws Exception {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isEqualTo(0);
        Files.setAttribute(folder, "unix:uid", 65534);
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            Eventually.await("it is shown", () -> !files.read().isEmpty());

            assertThat(Files.getAttribute(files.folder(), "unix:uid")).isEqualTo(65534);
        }
    }

    /// Root's umask often lets no other user read, but the service's user shows what root runs.
    @Test
    void anotherUserMayReadTheFileWhateverTheUmask() throws Exception {
        OperationFiles files = new OperationFiles(folder.resolve("shop.operations"));
        Process host = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 077; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Host.class.getName(),
                        files.folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Eventually.await("it is shown", () -> !files.read().isEmpty());
            try (Stream<Path> shown = Files.list(files.folder())) {
                assertThat(shown.filter(file -> file.toString().endsWith(".properties")))
                        .singleElement()
                        .satisfies(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-r--r--"));
            }
        } finally {
            host.getOutputStream().close();
            host.waitFor();
        }
    }

    /// Another process, which shows an operation in a folder until its input ends.
    static final class Host {

        private Host() {}

        static void main(String[] arguments) throws IOException {
            try (OperationFiles.Shown _ =
                    new OperationFiles(Path.of(arguments[0])).show("migrate in", new Progress())) {
                System.in.readAllBytes();
            }
        }
    }

    @Test
    void anOperationThatCannotBeShownIsNotStopped() {
        OperationFiles files = new OperationFiles(folder.resolve("none/shop.operations"));
        try (OperationFiles.Shown _ = files.show("migrate in", new Progress())) {
            assertThat(files.read()).isEmpty();
        }
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
