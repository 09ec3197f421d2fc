package dev.aloft.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.ListQuery;
import dev.aloft.store.PrivateMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `aloft cp`, `mv` and `rm` on a real S3 and a local folder.
final class CopyCommandsTest extends FilesTestCase {

    @Test
    void aFileGoesToANameOrIntoADirectory() throws IOException {
        write("cat.jpg", "cat");

        done("cp", "FOLDER/cat.jpg", "shop:2026/animal.jpg");
        done("cp", "FOLDER/cat.jpg", "shop:2026/");
        done("cp", "FOLDER/cat.jpg", "shop:2026");
        done("cp", "shop:2026/animal.jpg", "FOLDER/back/x/copy.jpg");
        done("cp", "shop:2026/animal.jpg", "s3://BUCKET/elsewhere.jpg");

        assertThat(objects("shop/uploads/").keySet()).containsExactly("2026/animal.jpg", "2026/cat.jpg");
        assertThat(files("back")).containsExactly(Map.entry("x/copy.jpg", "cat"));
        assertThat(objects("").get("elsewhere.jpg")).isEqualTo("cat");
        assertThat(object("shop/uploads/2026/cat.jpg").contentType()).isEqualTo("image/jpeg");
        assertThat(object("elsewhere.jpg").contentType()).isEqualTo("image/jpeg");
    }

    @Test
    void aListGivesEachCopyItsName() throws IOException {
        put("wp-content/uploads/2026/11/28101512/cat.jpg", "cat");
        put("wp-content/uploads/2026/11/28101533/dog.jpg", "dog");
        put("wp-content/uploads/2026/11/28101559/cow.jpg", "old");
        put("shop/uploads/2026/11/cow.jpg", "new");
        Path list = write("names.tsv", """
                wp-content/uploads/2026/11/28101512/cat.jpg\t2026/11/cat.jpg
                wp-content/uploads/2026/11/28101533/dog.jpg\t2026/11/dog.jpg\tprivate
                wp-content/uploads/2026/11/28101559/cow.jpg\t2026/11/cow.jpg
                """);
        String[] command = {"cp", "--names", list.toString(), "--no-clobber", "s3://BUCKET/", "shop:"};

        assertThat(done(command).out()).contains("copied 2 files (6 B), 1 stay as they are, 0 failed");
        assertThat(done(command).out()).contains("copied 0 files (0 B), 3 stay as they are, 0 failed");

        assertThat(objects("shop/uploads/"))
                .isEqualTo(Map.of("2026/11/cat.jpg", "cat", "2026/11/cow.jpg", "new", "2026/11/dog.jpg", "dog"));
        assertThat(PrivateMark.isOn(object("shop/uploads/2026/11/dog.jpg"))).isTrue();
        assertThat(PrivateMark.isOn(object("shop/uploads/2026/11/cat.jpg"))).isFalse();
        assertThat(objects("wp-content/")).hasSize(3);
    }

    @Test
    void aNameOfAListThatDoesNotExistHoldsNoOtherUp() throws IOException {
        put("old/cat.jpg", "cat");
        Path list = write("names.tsv", "none.jpg\tnone.jpg\n../up.jpg\tup.jpg\ncat.jpg\tcat.jpg\n");

        Result result = aloft("cp", "--names", list.toString(), "s3://BUCKET/old", "shop:");

        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out()).contains("old/none.jpg: does not exist", "old/../up.jpg: is no key");
        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("cat.jpg", "cat"));
        Path wrong = write("wrong.tsv", "cat.jpg\tcat.jpg\tprivat\n");
        assertThat(aloft("cp", "--names", wrong.toString(), "s3://BUCKET/old", "shop:")
                        .err())
                .contains("line 1 of --names is not a path, a tab and a path");
        assertThat(aloft("cp", "--names", list.toString(), "FOLDER/", "shop:").code())
                .isEqualTo(2);
    }

    @Test
    void aNameThatAListGivesTwiceIsThatOfTheFirst() throws IOException {
        put("old/cat.jpg", "cat");
        put("old/dog.jpg", "dog");
        Path list = write("names.tsv", "cat.jpg\tpet.jpg\ndog.jpg\tpet.jpg\n");

        Result result = aloft("cp", "--names", list.toString(), "s3://BUCKET/old", "shop:");

        assertThat(result.code()).isEqualTo(9);
        assertThat(result.out()).contains("old/dog.jpg: would replace another file of this command");
        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("pet.jpg", "cat"));
    }

    @Test
    void timesSurviveTheWayInAndOut() throws IOException {
        Path cat = write("cat.jpg", "cat");
        Files.setLastModifiedTime(cat, FileTime.from(Instant.parse("2021-02-03T04:05:06.789Z")));

        done("cp", "FOLDER/cat.jpg", "shop:");
        done("cp", "shop:cat.jpg", "FOLDER/back.jpg");

        assertThat(Files.getLastModifiedTime(folder.resolve("back.jpg"))).isEqualTo(Files.getLastModifiedTime(cat));
    }

    @Test
    void theContentOfADirectoryGoesIntoTheDestination() throws IOException {
        write("photos/2026/cat.jpg", "cat");
        write("photos/notes.txt", "notes");
        write("photos/draft.tmp", "draft");

        assertThat(aloft("cp", "FOLDER/photos", "shop:in").code()).isEqualTo(2);
        done("cp", "-r", "FOLDER/photos", "shop:in", "--exclude", "*.tmp");
        done("cp", "-r", "shop:in/", "s3://BUCKET/copy");
        done("cp", "-r", "s3://BUCKET/copy/", "FOLDER/back");

        assertThat(files("back")).isEqualTo(Map.of("2026/cat.jpg", "cat", "notes.txt", "notes"));
    }

    @Test
    void severalSourcesGoUnderTheirOwnNames() throws IOException {
        write("photos/cat.jpg", "cat");
        write("a/x.txt", "1");
        write("b/x.txt", "2");

        done("cp", "-r", "FOLDER/photos", "FOLDER/a/x.txt", "shop:in/");
        Result twice = aloft("cp", "FOLDER/a/x.txt", "FOLDER/b/x.txt", "shop:twice/");

        assertThat(objects("shop/uploads/in/").keySet()).containsExactly("photos/cat.jpg", "x.txt");
        assertThat(twice.code()).isEqualTo(9);
        assertThat(twice.out()).contains("would replace another file of this command");
        assertThat(objects("shop/uploads/twice/")).isEqualTo(Map.of("x.txt", "1"));
    }

    @Test
    void theMatchesOfAGlobKeepTheirPaths() throws IOException {
        put("shop/uploads/2026/10/cat.jpg", "cat");
        put("shop/uploads/2026/11/dog.jpg", "dog");
        put("shop/uploads/2026/11/dog.txt", "text");

        done("cp", "shop:2026/*/*.jpg", "FOLDER/out");
        assertThat(files("out").keySet()).containsExactly("10/cat.jpg", "11/dog.jpg");
        done("cp", "-r", "shop:2026/1*", "FOLDER/all");
        assertThat(files("all").keySet()).containsExactly("10/cat.jpg", "11/dog.jpg", "11/dog.txt");
        assertThat(aloft("cp", "shop:*.png", "FOLDER/none").code()).isEqualTo(10);
    }

    @Test
    void noClobberReplacesNothingAndADryRunChangesNothing() throws IOException {
        write("cat.jpg", "new");
        put("shop/uploads/cat.jpg", "old");

        assertThat(done("cp", "-n", "FOLDER/cat.jpg", "shop:").out()).contains("1 stay as they are");
        assertThat(done("cp", "-n", "shop:cat.jpg", "FOLDER").out()).contains("1 stay as they are");
        assertThat(done("cp", "--dry-run", "FOLDER/cat.jpg", "shop:").out()).contains("would copy ");
        assertThat(done("mv", "--dry-run", "FOLDER/cat.jpg", "shop:moved.jpg").out())
                .contains("would have moved 1");
        assertThat(done("rm", "--dry-run", "shop:cat.jpg").out()).contains("would delete 1 files (3 B)");
        assertThat(objects("shop/uploads/")).isEqualTo(Map.of("cat.jpg", "old"));
        assertThat(folder.resolve("cat.jpg")).hasContent("new");
    }

    @Test
    void whatReplacesAPrivateFileStaysPrivate() throws IOException {
        write("cat.jpg", "new");
        put("shop/uploads/public.jpg", "public");
        for (String name : new String[] {"up.jpg", "copied.jpg", "piped.jpg", "synced/cat.jpg"}) {
            put("shop/uploads/" + name, "secret", PrivateMark.with(Map.of()));
        }

        done("cp", "FOLDER/cat.jpg", "shop:up.jpg");
        done("cp", "shop:public.jpg", "shop:copied.jpg");
        piped("x".getBytes(UTF_8), "cp", "-", "shop:piped.jpg");
        Files.createDirectory(folder.resolve("from"));
        Files.move(folder.resolve("cat.jpg"), folder.resolve("from/cat.jpg"));
        done("sync", "--checksum", "FOLDER/from", "shop:synced");
        done("cp", "shop:up.jpg", "shop:elsewhere.jpg");

        for (String name : new String[] {"up.jpg", "copied.jpg", "piped.jpg", "synced/cat.jpg", "elsewhere.jpg"}) {
            assertThat(PrivateMark.isOn(object("shop/uploads/" + name)))
                    .as(name)
                    .isTrue();
        }
        assertThat(objects("shop/uploads/synced/")).isEqualTo(Map.of("cat.jpg", "new"));
        assertThat(objects("shop/uploads/").get("copied.jpg")).isEqualTo("public");
    }

    @Test
    void uploadsThatTheEdgeWillNotServeAreNamed() throws IOException {
        write("shell.php", "<?php");

        Result result = done("cp", "FOLDER/shell.php", "shop:");

        assertThat(result.out()).contains("shop:shell.php: will not be served by the edge: its name could execute");
        assertThat(done("cp", "FOLDER/shell.php", "s3://BUCKET/other/").out()).doesNotContain("will not be served");
    }

    @Test
    void oneFileThatFailsHoldsNoOtherUp() throws IOException {
        write("photos/cat.jpg", "cat");
        write("photos/a\nb.jpg", "line feed");
        Files.createSymbolicLink(folder.resolve("photos/link"), Path.of("/etc/passwd"));
        write("odd/taken/note.txt", "in a directory where the file goes");
        put("odd/taken", "taken");
        put("odd/fits", "fits");

        Result in = aloft("cp", "-r", "FOLDER/photos", "shop:");
        Result out = aloft("cp", "-r", "s3://BUCKET/odd", "FOLDER/odd");

        assertThat(in.code()).isEqualTo(9);
        assertThat(in.out())
                .contains("photos/link: is a symbolic link, which is not followed")
                .contains("photos/a\\nb.jpg: has a name that S3 does not take");
        assertThat(objects("shop/uploads/").keySet()).containsExactly("cat.jpg");
        assertThat(out.code()).isEqualTo(9);
        assertThat(out.out()).contains("odd/taken: a directory has its name");
        assertThat(files("odd").keySet()).containsExactly("fits", "taken/note.txt");
    }

    @Test
    void aSymbolicLinkOnTheCommandLineIsFollowed() throws IOException {
        write("photos/cat.jpg", "cat");
        Files.createSymbolicLink(folder.resolve("one"), folder.resolve("photos/cat.jpg"));
        Files.createSymbolicLink(folder.resolve("all"), folder.resolve("photos"));

        done("cp", "FOLDER/one", "shop:one.jpg");
        done("cp", "-r", "FOLDER/all", "shop:all");

        assertThat(objects("shop/uploads/").keySet()).containsExactly("all/cat.jpg", "one.jpg");
    }

    @Test
    void nothingIsCopiedOntoItselfOrIntoItself() throws IOException {
        put("shop/uploads/a/cat.jpg", "cat");
        write("a/cat.jpg", "cat");
        String[][] refused = {
            {"cp", "shop:a/cat.jpg", "s3://BUCKET/shop/uploads/a/cat.jpg"},
            {"cp", "FOLDER/a/cat.jpg", "FOLDER/a/../a/"},
            {"mv", "-r", "shop:a", "shop:a/b"},
            {"cp", "-r", "FOLDER/a", "FOLDER/a/b"},
            {"mv", "-r", "shop:a", "shop:"},
            {"cp", "-r", "shop:**.jpg", "shop:b"},
            {"sync", "shop:", "s3://BUCKET/shop/uploads/"},
        };
        for (String[] words : refused) {
            Result result = aloft(words);
            assertThat(result.code()).as(String.join(" ", words) + result).isEqualTo(2);
        }
        assertThat(objects("shop/uploads/").keySet()).containsExactly("a/cat.jpg");
        assertThat(files("a").keySet()).containsExactly("cat.jpg");
    }

    @Test
    void movesAFileOnlyAfterItsCopy() throws IOException {
        write("photos/2026/cat.jpg", "cat");
        write("photos/2026/link-target", "x");
        put("shop/uploads/dog.jpg", "dog");

        done("mv", "-r", "FOLDER/photos", "shop:in");
        done("mv", "shop:dog.jpg", "FOLDER/dog.jpg");
        done("mv", "shop:in/2026/*.jpg", "shop:cats/");

        assertThat(folder.resolve("photos")).doesNotExist();
        assertThat(folder.resolve("dog.jpg")).hasContent("dog");
        assertThat(objects("shop/uploads/").keySet()).containsExactly("cats/cat.jpg", "in/2026/link-target");
    }

    @Test
    void aMoveThatFailsKeepsItsSource() throws IOException {
        write("photos/cat.jpg", "cat");
        put("names/cat.jpg/below", "a directory where the file goes");
        done("cp", "-r", "s3://BUCKET/names", "FOLDER/target");

        Result result = aloft("mv", "-r", "FOLDER/photos", "FOLDER/target");

        assertThat(result.code()).isEqualTo(9);
        assertThat(files("photos")).isEqualTo(Map.of("cat.jpg", "cat"));
    }

    @Test
    void deletesOnlyWhatItWasToldTo() throws IOException {
        put("shop/uploads/2026/cat.jpg", "cat");
        put("shop/uploads/2026/dog.txt", "dog");
        put("shop/uploads/2026x/cat.jpg", "stays");
        write("photos/2026/cat.jpg", "cat");
        write("photos/dog.jpg", "dog");

        assertThat(aloft("rm", "--yes", "shop:2026").code()).isEqualTo(2);
        assertThat(aloft("rm", "-r", "shop:2026").code()).isEqualTo(2); // asks, and there is no terminal
        assertThat(aloft("rm", "--yes", "shop:none").code()).isEqualTo(10);
        assertThat(aloft("rm", "--yes", "-r", "/").code()).isEqualTo(2);
        assertThat(objects("shop/uploads/")).hasSize(3);
        done("rm", "--yes", "shop:2026/*.jpg");
        assertThat(objects("shop/uploads/").keySet()).containsExactly("2026/dog.txt", "2026x/cat.jpg");
        assertThat(done("rm", "--yes", "-r", "shop:2026").out()).contains("deleted 1 files (3 B), 0 failed");
        done("rm", "--yes", "-r", "FOLDER/photos/2026");

        assertThat(objects("shop/uploads/").keySet()).containsExactly("2026x/cat.jpg");
        assertThat(files("photos").keySet()).containsExactly("dog.jpg");
        assertThat(folder.resolve("photos/2026")).doesNotExist();
    }

    @Test
    void directoriesWithMarkersDisappearAsWhole() throws IOException {
        for (String top : new String[] {"one/", "two/"}) {
            put(top, "");
            put(top + "empty/", "");
            put(top + "cat.jpg", "cat");
        }
        put("three/", "");

        assertThat(done("rm", "--yes", "-r", "s3://BUCKET/one").out()).contains("deleted 1 files");
        done("mv", "-r", "s3://BUCKET/two", "s3://BUCKET/moved");
        done("rm", "--yes", "-r", "s3://BUCKET/three");

        assertThat(bucket.list(ListQuery.flat("")).objects())
                .extracting(object -> object.key().value())
                .containsExactly("moved/cat.jpg", "moved/empty/");
    }

    @Test
    void saysHowManyItDeleted() throws IOException {
        for (int i = 0; i < 30; i++) {
            put("many/" + i, "x");
        }

        assertThat(done("rm", "--yes", "-r", "--json", "s3://BUCKET/many")
                        .events()
                        .getLast()
                        .path("deleted")
                        .asInt())
                .isEqualTo(30);

        assertThat(objects("many/")).isEmpty();
    }

    @Test
    void standardInputBecomesAFileAndAFileStandardOutput() throws IOException {
        piped("from a pipe".getBytes(UTF_8), "cp", "-", "shop:piped.txt");
        piped("local".getBytes(UTF_8), "cp", "-", "FOLDER/piped.txt");

        assertThat(object("shop/uploads/piped.txt").contentType()).startsWith("text/plain");
        assertThat(piped(new byte[0], "cp", "shop:piped.txt", "-")).isEqualTo("from a pipe".getBytes(UTF_8));
        assertThat(folder.resolve("piped.txt")).hasContent("local");
        assertThat(aloft("cp", "-", "shop:").code()).isEqualTo(2);
    }

    @Test
    void filesThatAreNotInS3YetAreCopiedAndDeletedWithTheirSite() throws IOException {
        FileTime old = FileTime.from(Instant.parse("2021-02-03T04:05:06Z")); // S3 marks a deletion with whole seconds
        Files.setLastModifiedTime(write("old/2026/cat.jpg", "cat"), old);
        Files.setLastModifiedTime(write("old/2026/dog.jpg", "dog"), old);
        configure("fallback = \"" + folder.resolve("old") + "\"");

        assertThat(done("ls", "shop:2026").lines()).containsExactly("cat.jpg", "dog.jpg");
        done("cp", "shop:2026/dog.jpg", "shop:copy.jpg");
        done("rm", "--yes", "shop:2026/cat.jpg");
        Result above = aloft("rm", "--yes", "-r", "s3://BUCKET/");

        assertThat(done("ls", "shop:2026").lines()).containsExactly("dog.jpg");
        assertThat(piped(new byte[0], "cat", "shop:copy.jpg")).isEqualTo("dog".getBytes(UTF_8));
        assertThat(above.code()).isEqualTo(2);
        assertThat(above.err()).contains("contains the files of the site shop, which has a fallback");
    }
}
