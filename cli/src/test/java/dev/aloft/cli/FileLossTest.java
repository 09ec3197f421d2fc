package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
