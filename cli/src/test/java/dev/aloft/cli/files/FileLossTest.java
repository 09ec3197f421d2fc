package dev.aloft.cli.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.cli.CommandRun;
import dev.aloft.cli.JavaCommand;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.PrivateMark;
import dev.aloft.testkit.S3Front;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Command lines of `aloft cp`, `mv`, `rm` and `sync` that look harmless and could lose files.
final class FileLossTest extends FilesTestCase {

    @Test
    void anIncludedNameHidesNoDirectoryThatCannotBeRead() throws IOException {
        write("from/cat.jpg", "cat");
        Files.createSymbolicLink(folder.resolve("from/2025"), Path.of("/nowhere"));
        put("shop/uploads/2025/dog.jpg", "dog");

        Result result = aloft("sync", "--delete", "--yes", "--include", "*.jpg", "FOLDER/from", "shop:");
        Result excluded = aloft("sync", "--include", "*.jpg", "--exclude", "2025", "FOLDER/from", "shop:");

        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out()).contains("from/2025: is a symbolic link");
        assertThat(excluded.code()).isZero();
        assertThat(objects("shop/uploads/").keySet()).containsExactly("2025/dog.jpg", "cat.jpg");
    }

    @Test
    void noSourceReplacesTheFilesOfAnotherOne() throws IOException {
        for (String place : new String[] {"2025/1.jpg", "2026/1.jpg", "x/2026/1.jpg", "y/2026/1.jpg"}) {
            put("shop/uploads/" + place, place);
            write(place, place);
        }
        String[][] refused = {
            {"mv", "shop:2025/*.jpg", "shop:2026/*.jpg", "shop:all/"},
            {"mv", "-r", "FOLDER/x/2026", "FOLDER/y/2026", "FOLDER/all"},
            {"cp", "-r", "FOLDER/2025", "shop:2025/*.jpg", "FOLDER/all"},
        };
        for (String[] words : refused) {
            Result result = aloft(words);
            assertThat(result.code()).as(String.join(" ", words) + result).isEqualTo(2);
            assertThat(result.err()).contains("two of the sources go to ");
        }
        Result single = aloft("mv", "shop:2025/*.jpg", "shop:2026/1.jpg", "shop:all/");

        assertThat(single.code()).isEqualTo(9);
        assertThat(single.out()).contains("shop:2025/1.jpg: would replace another file of this command");
        assertThat(objects("shop/uploads/"))
                .isEqualTo(Map.of(
                        "2025/1.jpg", "2025/1.jpg",
                        "all/1.jpg", "2026/1.jpg",
                        "x/2026/1.jpg", "x/2026/1.jpg",
                        "y/2026/1.jpg", "y/2026/1.jpg"));
        done("mv", "-r", "FOLDER/x", "FOLDER/y", "FOLDER/2026/");
    }

    @Test
    void movesAndDeletesNothingThroughALink() throws IOException {
        write("photos/cat.jpg", "cat");
        Files.createSymbolicLink(folder.resolve("one"), folder.resolve("photos/cat.jpg"));
        Files.createSymbolicLink(folder.resolve("all"), folder.resolve("photos"));
        String[][] refused = {
            {"rm", "--yes", "FOLDER/one"},
            {"rm", "--yes", "-r", "FOLDER/all"},
            {"rm", "--yes", "-r", "FOLDER/all/"},
            {"mv", "FOLDER/one", "shop:"},
            {"mv", "-r", "FOLDER/all", "shop:"},
        };
        for (String[] words : refused) {
            Result result = aloft(words);
            assertThat(result.code()).as(String.join(" ", words) + result).isEqualTo(2);
            assertThat(result.err()).contains("is a symbolic link, which aloft mv and aloft rm do not follow");
        }
        assertThat(files("photos").keySet()).containsExactly("cat.jpg");
    }

    /// A hard link stands for a second mount and for a file system that does not distinguish case.
    @Test
    void movesNoFileOntoItself() throws IOException {
        Path cat = write("a/cat.jpg", "cat");
        Files.createDirectory(folder.resolve("b"));
        Files.createLink(folder.resolve("b/cat.jpg"), cat);
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
        Files.createDirectories(folder.resolve("x/y"));
        Files.createSymbolicLink(folder.resolve("deep"), folder.resolve("x/y"));

        Result tree = aloft("mv", "-r", "FOLDER/a", "FOLDER/b");
        Result link = aloft("mv", "-r", "FOLDER/a", "FOLDER/link/below");
        Result up = aloft("mv", "-r", "FOLDER/x", "FOLDER/deep/../z");

        assertThat(tree.code()).isEqualTo(9);
        assertThat(tree.out()).contains("a/cat.jpg: is the same file as ");
        assertThat(link.code()).isEqualTo(2);
        assertThat(up.code()).isEqualTo(2);
        assertThat(files("a")).isEqualTo(Map.of("cat.jpg", "cat"));
    }

    @Test
    void aFailedWriteToStandardOutputIsNoSuccess() throws IOException, InterruptedException {
        write("dump.sql", "dump");
        Path err = folder.resolve("err");
        for (String[] words : new String[][] {{"cat", "dump.sql"}, {"cp", "dump.sql", "-"}, {"find", "."}}) {
            Process process = new ProcessBuilder(JavaCommand.of(words))
                    .directory(folder.toFile())
                    .redirectOutput(new File("/dev/full"))
                    .redirectError(err.toFile())
                    .start();
            assertThat(process.waitFor()).as(String.join(" ", words)).isEqualTo(4);
            assertThat(err).content().contains("standard output cannot be written: No space left on device");
        }
    }

    @Test
    void aReaderThatStopsReadingIsNoFailure() throws IOException, InterruptedException {
        write("large", "x".repeat(1 << 20));
        Process process = new ProcessBuilder(JavaCommand.of("cat", "large"))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.getInputStream().readNBytes(10)).hasSize(10);
        process.getInputStream().close();

        assertThat(process.waitFor()).isZero();
    }

    @Test
    void copiesOutOfS3NothingThatAWebServerMustNotServe() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        put("shop/uploads/secret.jpg", "secret", PrivateMark.with(Map.of()));
        put("shop/uploads/shell.php", "<?php");
        put("elsewhere/shell.php", "<?php");

        for (String[] words : new String[][] {
            {"sync", "shop:", "FOLDER/out"},
            {"cp", "-r", "shop:", "FOLDER/out"},
            {"mv", "s3://BUCKET/shop/uploads/s*", "FOLDER/out"},
        }) {
            Result result = aloft(words);
            assertThat(result.code()).isEqualTo(9);
            assertThat(result.out())
                    .contains("secret.jpg: is private, and a local file cannot be; copy it with --private")
                    .contains("shell.php: is not served by the edge: its name could execute");
            assertThat(files("out").keySet()).containsExactly("cat.jpg");
        }
        assertThat(objects("shop/uploads/").keySet()).containsExactly("cat.jpg", "secret.jpg", "shell.php");

        done("sync", "--private", "--unserved", "shop:", "FOLDER/out");
        done("cp", "-r", "s3://BUCKET/elsewhere", "FOLDER/elsewhere");

        assertThat(files("out").keySet()).containsExactly("cat.jpg", "secret.jpg", "shell.php");
        assertThat(files("elsewhere").keySet()).containsExactly("shell.php");
    }

    @Test
    void aReplacedFileKeepsItsMode() throws IOException {
        put("shop/uploads/a/cat.jpg", "new");
        Path cat = write("out/cat.jpg", "old");
        Files.setPosixFilePermissions(cat, PosixFilePermissions.fromString("rw-------"));

        done("cp", "shop:a/cat.jpg", "FOLDER/out");
        done("mv", "-r", "shop:a", "FOLDER/out");

        assertThat(cat).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cat)))
                .isEqualTo("rw-------");
        assertThat(objects("shop/uploads/")).isEmpty();
    }

    @Test
    void noClobberReplacesNoLink() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        write("dog.jpg", "dog");
        Path link = folder.resolve("out/cat.jpg");
        Files.createDirectory(folder.resolve("out"));
        Files.createSymbolicLink(link, Path.of("/nowhere"));

        done("cp", "-n", "shop:cat.jpg", "FOLDER/out");
        done("cp", "-n", "--dry-run", "shop:cat.jpg", "FOLDER/out");
        done("cp", "-n", "FOLDER/dog.jpg", "FOLDER/out/cat.jpg");
        Result piped = aloft("cp", "-n", "-", "FOLDER/out/cat.jpg");

        assertThat(piped.code()).isEqualTo(2);
        assertThat(link).isSymbolicLink();
    }

    @Test
    void noClobberReplacesNoObjectThatComesBetween() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        put("shop/uploads/dog.jpg", "dog");
        ObjectKey late = ObjectKey.of("shop/uploads/late.jpg");
        try (S3Front front = S3Front.before(s3.endpoint())) {
            front.on(request -> request.key().equals(late.value())
                            && request.method().equals("PUT")
                            && isWritten(late))
                    .delay(Duration.ZERO);
            for (var copy :
                    Map.of("cat.jpg", late.value(), "dog.jpg", "new.jpg").entrySet()) {
                CommandRun.done(
                        "cp",
                        "--no-clobber",
                        "--endpoint",
                        front.endpoint().toString(),
                        "s3://" + bucket.name() + "/shop/uploads/" + copy.getKey(),
                        "s3://" + bucket.name() + "/" + copy.getValue());
            }
        }
        assertThat(objects("")).containsEntry(late.value(), "of another").containsEntry("new.jpg", "dog");
    }

    @Test
    void noClobberOnAmazonCopiesEveryHeader() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        put("shop/uploads/there.jpg", "there");
        Path settings = folder.resolve("aloft.toml");
        try (S3Front front = S3Front.before(s3.endpoint())) {
            Files.writeString(
                    settings,
                    Files.readString(settings)
                            .replace(
                                    "provider = \"embedded\"",
                                    "provider = \"aws\"\nregion = \"us-east-1\"\npath_style = true")
                            .replace(s3.endpoint().toString(), front.endpoint().toString()));

            assertThat(done("mv", "-n", "shop:cat.jpg", "shop:there.jpg").out()).contains("1 stay as they are");
            done("mv", "-n", "shop:cat.jpg", "shop:new.jpg");

            assertThat(front.requests())
                    .filteredOn(request -> request.operation().equals("CopyObject"))
                    .singleElement()
                    .satisfies(copy -> {
                        assertThat(copy.conditions()).containsEntry("if-none-match", "*");
                        assertThat(copy.headers()).containsEntry("x-amz-metadata-directive", "COPY");
                    });
        }
        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("new.jpg", "cat", "there.jpg", "there"));
    }

    private boolean isWritten(ObjectKey key) {
        try {
            put(key.value(), "of another");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNameThatIsTooLongInS3HoldsNoOtherUp() throws IOException {
        String deep = ("d".repeat(200) + "/").repeat(4);
        write("from/" + deep + "cat.jpg", "cat");
        write("from/dog.jpg", "dog");

        for (String option : new String[] {"--dry-run", "--verbose"}) {
            Result result = aloft("cp", "-r", option, "FOLDER/from", "shop:" + "p".repeat(250));
            assertThat(result.code()).as(option + result).isEqualTo(9);
            assertThat(result.out()).contains("cat.jpg: cannot go there: ").contains("has more than 1024 bytes");
        }
        assertThat(objects("shop/uploads/" + "p".repeat(250) + "/").keySet()).containsExactly("dog.jpg");
    }

    @Test
    void theEdgesLearnOfTheSitesBelowADirectory() throws IOException {
        put("shop/uploads/cat.jpg", "cat");
        Files.writeString(
                folder.resolve("aloft.toml"),
                Files.readString(folder.resolve("aloft.toml")).replace("[edge]", """
                                [edge]
                                admin = "127.0.0.1:1"
                                admin_token = "an admin's token of enough bytes"
                                """));

        assertThat(done("rm", "--yes", "-r", "s3://BUCKET/").out()).contains("not purged, changes appear within 30 s");
    }

    @Test
    void aGlobWithoutMatchesIsNoSuccess() throws IOException {
        put("shop/uploads/a.jpg", "a");
        put("shop/uploads/b.jpg", "b");

        Result copied = aloft("cp", "shop:a.jpg", "shop:*.png", "FOLDER/out");
        Result moved = aloft("mv", "shop:a*", "shop:x*", "FOLDER/out");
        Result deleted = aloft("rm", "--yes", "shop:b.jpg", "shop:*.jpg", "shop:*.gif");

        assertThat(copied.code()).isEqualTo(10);
        assertThat(copied.err()).contains("no file matches shop:*.png");
        assertThat(moved.code()).isEqualTo(2);
        assertThat(deleted.code()).isEqualTo(10);
        assertThat(deleted.err()).contains("no file matches shop:*.gif\n");
        assertThat(objects("shop/uploads/")).isEmpty();
    }

    @Test
    void messagesHoldNoControlCharactersOfNames() {
        Result result = aloft("cp", "FOLDER/none\u001bc\u009b.jpg", "shop:");

        assertThat(result.code()).isEqualTo(10);
        assertThat(result.err()).contains("none\\u001bc\\u009b.jpg");
    }

    @Test
    void theNameOfAnObjectIsNoGlob() throws IOException {
        put("photo[1].jpg", "named");
        put("photo1.jpg", "stays");
        put("2026/*", "named");
        put("2026/cat.jpg", "stays");
        put("a?/cat.jpg", "named");
        put("ab/cat.jpg", "stays");

        done("rm", "--yes", "s3://BUCKET/photo[1].jpg");
        done("rm", "--yes", "s3://BUCKET/2026/*");
        done("rm", "--yes", "-r", "s3://BUCKET/a?");
        assertThat(objects("").keySet()).containsExactly("2026/cat.jpg", "ab/cat.jpg", "photo1.jpg");

        done("rm", "--yes", "s3://BUCKET/photo[1].jpg");
        assertThat(objects("").keySet()).containsExactly("2026/cat.jpg", "ab/cat.jpg");
    }
}
