package dev.aloft.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.store.PrivateMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `aloft ls`, `tree`, `du`, `find`, `stat` and `cat` on a real S3 and a local folder.
final class ListingCommandsTest extends FilesTestCase {

    private void fill() throws IOException {
        put("shop/uploads/2026/10/cat.jpg", "cat");
        put("shop/uploads/2026/11/dog.jpg", "doggy");
        put("shop/uploads/2026/11/dog.txt", "a dog");
        put("shop/uploads/notes.txt", "notes");
        put("shop/uploads/2026-archive.zip", "zip");
    }

    @Test
    void listsADirectoryInTheOrderOfItsNames() throws IOException {
        fill();

        assertThat(done("ls", "shop:").lines()).containsExactly("2026-archive.zip", "2026/", "notes.txt");
        assertThat(done("ls", "s3://BUCKET/shop/uploads").lines())
                .containsExactly("2026-archive.zip", "2026/", "notes.txt");
        assertThat(done("ls", "s3://BUCKET").lines()).containsExactly("shop/");
        assertThat(done("ls", "-l", "shop:2026/10").out()).matches(" +3  [0-9T:Z-]+  cat.jpg\\s+");
        assertThat(done("ls", "-l", "-h", "shop:notes.txt").out()).matches(" +5 B  [0-9T:Z-]+  shop:notes.txt\\s+");
    }

    @Test
    void listsTheSitesWithoutAPlace() {
        assertThat(done("ls").lines()).containsExactly("shop:");
        assertThat(done("ls", "-l").out()).contains("s3://BUCKET/shop/uploads/");
    }

    @Test
    void listsALocalFolderInTheSameWay() throws IOException {
        write("photos/2026/cat.jpg", "cat");
        write("photos/notes.txt", "notes");

        assertThat(done("ls", "FOLDER/photos").lines()).containsExactly("2026/", "notes.txt");
        assertThat(done("ls", "-r", "FOLDER/photos/").lines()).containsExactly("2026/cat.jpg", "notes.txt");
    }

    @Test
    void globsStayWithinANameUnlessTheyAreDouble() throws IOException {
        fill();

        assertThat(done("ls", "shop:2026*").lines()).containsExactly("shop:2026-archive.zip", "shop:2026/");
        assertThat(done("ls", "shop:2026/*/*.jpg").lines())
                .containsExactly("shop:2026/10/cat.jpg", "shop:2026/11/dog.jpg");
        assertThat(done("ls", "shop:**.txt").lines()).containsExactly("shop:2026/11/dog.txt", "shop:notes.txt");
        assertThat(done("ls", "shop:2026/1[1-2]/d?g.*").lines())
                .containsExactly("shop:2026/11/dog.jpg", "shop:2026/11/dog.txt");
        assertThat(aloft("ls", "shop:*.png").code()).isEqualTo(10);
    }

    @Test
    void aNameWithSpecialCharactersIsFoundWithBackslashesAndLocallyAsItIs() throws IOException {
        put("photo[1].jpg", "one");
        write("photo[1].jpg", "one");

        assertThat(done("ls", "s3://BUCKET/photo\\[1\\].jpg").lines()).containsExactly("s3://BUCKET/photo[1].jpg");
        assertThat(done("ls", "FOLDER/photo[1].jpg").out()).contains("photo[1].jpg");
    }

    @Test
    void listsInJson() throws IOException {
        fill();

        assertThat(done("ls", "--json", "shop:").events())
                .extracting(event ->
                        event.path("name").asString() + " " + event.path("type").asString() + " "
                                + event.path("size").asInt(-1))
                .containsExactly("shop:2026-archive.zip file 3", "shop:2026/ directory -1", "shop:notes.txt file 5");
    }

    @Test
    void aMissingPlaceHasACodeOfItsOwn() {
        for (String command : new String[] {"ls", "du", "tree", "find", "stat", "cat"}) {
            for (String place : new String[] {"shop:none", "s3://BUCKET/none", "FOLDER/none"}) {
                Result result = aloft(command, place);
                assertThat(result.code()).as(command + " " + place + result).isEqualTo(10);
                assertThat(result.err()).startsWith("aloft: there is no ");
            }
        }
    }

    @Test
    void whatIsNoPlaceIsAnErrorOfTheCommandLine() {
        assertThat(aloft("ls", "other:x").code()).isEqualTo(2);
        assertThat(aloft("ls", "s3://No_Bucket/x").code()).isEqualTo(2);
        assertThat(aloft("ls", "s3://BUCKET/a/../b").code()).isEqualTo(2);
        assertThat(aloft("ls", "shop:[").code()).isEqualTo(2);
        assertThat(aloft("ls", "s3://no-such-bucket/").code()).isEqualTo(6);
    }

    @Test
    void namesCannotCommandTheTerminal() throws IOException {
        write("odd/a\u001b[31m\nb.txt", "x");

        assertThat(done("ls", "FOLDER/odd").lines()).containsExactly("a\\u001b[31m\\nb.txt");
        assertThat(done("ls", "--json", "FOLDER/odd")
                        .events()
                        .getFirst()
                        .path("name")
                        .asString())
                .endsWith("odd/a\u001b[31m\nb.txt");
        assertThat(done("find", "-0", "FOLDER/odd").out()).endsWith("odd/a\u001b[31m\nb.txt\0");
    }

    @Test
    void drawsATree() throws IOException {
        fill();

        assertThat(done("tree", "shop:").lines())
                .containsExactly(
                        "shop:",
                        "├── 2026-archive.zip",
                        "├── 2026/",
                        "│   ├── 10/",
                        "│   │   └── cat.jpg",
                        "│   └── 11/",
                        "│       ├── dog.jpg",
                        "│       └── dog.txt",
                        "└── notes.txt",
                        "3 directories, 5 files");
        assertThat(done("tree", "--depth", "1", "--directories", "shop:").lines())
                .containsExactly("shop:", "└── 2026/", "1 directories, 0 files");
    }

    @Test
    void addsUpSizes() throws IOException {
        fill();

        assertThat(done("du", "shop:").lines())
                .extracting(line -> line.strip().replaceAll(" +", " "))
                .containsExactly("3 1 shop:2026/10/", "10 2 shop:2026/11/", "13 3 shop:2026/", "21 5 shop:");
        assertThat(done("du", "--depth", "0", "-h", "shop:2026").out()).contains("13 B");
        JsonNode sum = done("du", "--depth", "0", "--json", "shop:").events().getFirst();
        assertThat(sum.path("files").asInt()).isEqualTo(5);
        assertThat(sum.path("bytes").asInt()).isEqualTo(21);
    }

    @Test
    void findsByNameSizeTimeAndType() throws IOException {
        Files.setLastModifiedTime(
                write("photos/2025/old.jpg", "old"), FileTime.from(Instant.parse("2025-01-02T03:04:05Z")));
        write("photos/2026/large.jpg", "x".repeat(3000));
        write("photos/2026/new.txt", "new");

        assertThat(found("--name", "*.jpg")).containsExactly("2025/old.jpg", "2026/large.jpg");
        assertThat(found("--size", "+2k")).containsExactly("2026/large.jpg");
        assertThat(found("--size", "-2k", "--name", "*.jpg")).containsExactly("2025/old.jpg");
        assertThat(found("--older", "2025-06-01")).containsExactly("2025/old.jpg");
        assertThat(found("--newer", "30d")).containsExactly("2026/large.jpg", "2026/new.txt");
        assertThat(found("--path", "2026/*")).containsExactly("2026/large.jpg", "2026/new.txt");
        assertThat(found("--type", "d")).containsExactly("2025/", "2026/");
        assertThat(aloft("find", "--size", "big", "FOLDER").code()).isEqualTo(2);
        assertThat(aloft("find", "--newer", "soon", "FOLDER").code()).isEqualTo(2);
    }

    private Iterable<String> found(String... tests) {
        String[] words = new String[tests.length + 2];
        words[0] = "find";
        System.arraycopy(tests, 0, words, 1, tests.length);
        words[words.length - 1] = "FOLDER/photos";
        return done(words).lines().stream()
                .map(line -> line.substring((folder + "/photos/").length()))
                .toList();
    }

    @Test
    void tellsWhatIsKnownOfAFile() throws IOException {
        put(
                "shop/uploads/cat.jpg",
                "cat",
                PrivateMark.with(Map.of("mtime", "1700000000.000000000", "photographer", "Ada")));

        String text = done("stat", "shop:cat.jpg").out();
        assertThat(text)
                .contains("s3://BUCKET/shop/uploads/cat.jpg")
                .containsPattern("size +3\n")
                .containsPattern("source modified +2023-11-14T22:13:20Z")
                .containsPattern("etag +\"d077f244def8a70e5ea758bd8352fcd8\"")
                .containsPattern("private +yes")
                .containsPattern("metadata photographer +Ada");
        JsonNode json = done("stat", "--json", "shop:cat.jpg").events().getFirst();
        assertThat(json.path("size").asInt()).isEqualTo(3);
        assertThat(json.path("content_type").asString()).isEqualTo("application/octet-stream");
        assertThat(done("stat", "shop:").out()).containsPattern("type +directory");
    }

    @Test
    void printsBytesAsTheyAre() throws IOException {
        put("shop/uploads/a.bin", "one\r\n\0two");
        Path local = Files.write(folder.resolve("b.bin"), new byte[] {(byte) 0xff, 0, 10, 13, (byte) 0x80});

        assertThat(piped(new byte[0], "cat", "shop:a.bin")).isEqualTo("one\r\n\0two".getBytes(UTF_8));
        assertThat(piped(new byte[0], "cat", local.toString())).isEqualTo(Files.readAllBytes(local));
        assertThat(piped(new byte[0], "cat", "--range", "0-2", "shop:a.bin")).isEqualTo("one".getBytes(UTF_8));
        assertThat(piped(new byte[0], "cat", "--range", "-3", "shop:a.bin")).isEqualTo("two".getBytes(UTF_8));
        assertThat(piped(new byte[0], "cat", "--range", "1-2", local.toString()))
                .isEqualTo(new byte[] {0, 10});
        assertThat(aloft("cat", "--range", "100-", "shop:a.bin").code()).isEqualTo(2);
        assertThat(aloft("cat", "shop:").code()).isEqualTo(2);
    }
}
