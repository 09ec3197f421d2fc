package dev.aloft.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.local.LocalEntry;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.Page;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Reads, writes, listings and renames of a site whose files lie in a folder.
@Timeout(300)
final class FallbackTest extends FallbackFixture {

    @Test
    void aFileThatIsReadIsAnObjectFromThenOn() throws IOException {
        local("2026/cat.jpg", "cat");

        assertThat(read("2026/cat.jpg")).isEqualTo("cat");

        StoredObject object = bucket.head(ObjectKey.of("shop/uploads/2026/cat.jpg"), Duration.ZERO)
                .orElseThrow();
        assertThat(object.type()).contains("image/jpeg");
        assertThat(object.metadata()).containsEntry("mtime", "1764417600.000000000");
        assertThat(uploads.resolve("2026/cat.jpg")).hasContent("cat");
        front.reset();
        assertThat(read(host(), "2026/cat.jpg")).isEqualTo("cat");
        assertThat(front.summary()).isEqualTo("1 GetObject");
    }

    @Test
    void aFileThatIsNowhereCostsNothingMore() throws IOException {
        assertThat(files.stat(FilePath.of("shop/other/cat.jpg"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("cat.jpg"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("long".repeat(100)))).isEmpty();

        assertThat(front.count("HeadObject")).isEqualTo(3);
        assertThat(front.count("PutObject")).isZero();
    }

    @Test
    void listingsNameBothSidesInPages() throws IOException {
        local("2025/old.jpg", "old");
        local("a.txt", "a");
        local("c.txt", "c");
        local("d/e.txt", "e");
        write("b.txt", "b");
        write("c.txt", "in S3");
        write("d/f.txt", "f");

        assertThat(names(UPLOADS)).containsExactly("2025", "a.txt", "b.txt", "c.txt", "d");
        assertThat(names(UPLOADS.resolve("d"))).containsExactly("e.txt", "f.txt");
        assertThat(names(UPLOADS.resolve("2025"))).containsExactly("old.jpg");
        assertThat(files.stat(UPLOADS.resolve("2025"))).contains(FileStat.Directory.DIRECTORY);
        assertThat(keys()).doesNotContain("a.txt");
    }

    @Test
    void whatTheSiteWritesStays() throws IOException {
        local("a.txt", "old");
        write("a.txt", "new");

        assertThat(read("a.txt")).isEqualTo("new");
        assertThat(read(host(), "a.txt")).isEqualTo("new");
    }

    @Test
    void anExclusiveWriteSeesTheFolder() throws IOException {
        local("a.txt", "old");

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> write(files, "a.txt", "new", WriteCondition.ifAbsent()));

        assertThat(read("a.txt")).isEqualTo("old");
    }

    @Test
    void aFileAndADirectoryAreRenamed() throws IOException {
        local("a.txt", "a");
        local("2025/b.txt", "b");
        local("2025/d/c.txt", "c");

        files.move(UPLOADS.resolve("a.txt"), UPLOADS.resolve("z.txt"), true);
        files.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), false);

        assertThat(keys()).containsExactly("2024/b.txt", "2024/d/c.txt", "z.txt");
        assertThat(names(UPLOADS)).containsExactly("2024", "z.txt");
        assertThat(read(host(), "2024/d/c.txt")).isEqualTo("c");
    }

    @Test
    void anErrorOfARenameIsNoSuccess() throws IOException {
        local("2025/a.txt", "a");
        FileTree broken = host(_ -> {
            throw new NoClassDefFoundError("ObjectHeaders");
        });

        assertThatThrownBy(() -> broken.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), false))
                .isInstanceOf(NoClassDefFoundError.class);
        assertThat(read("2025/a.txt")).isEqualTo("a");
    }

    @Test
    void aFileIsAppendedTo() throws IOException {
        local("a.log", "one ");
        FileStat.File _ = files.append(
                UPLOADS.resolve("a.log"), new ByteArrayInputStream("two".getBytes(UTF_8)), WriteHeaders.NONE);

        assertThat(read("a.log")).isEqualTo("one two");
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        local("a.txt", "a");
        Files.writeString(temp.resolve("secret"), "secret");
        Files.createSymbolicLink(uploads.resolve("secret"), temp.resolve("secret"));
        Files.createSymbolicLink(uploads.resolve("folder"), temp);

        assertThat(files.stat(UPLOADS.resolve("secret"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("folder/secret"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("folder"))).isEmpty();
        assertThat(files.stat(UPLOADS.resolve("a.txt/b"))).isEmpty();
        assertThat(names(UPLOADS)).containsExactly("a.txt");
    }

    @Test
    void whatTheSiteRenamesIsNoCopyAnyMore() throws IOException {
        local("a.txt", "a");
        local("2025/b.txt", "b");
        assertThat(read("a.txt") + read("2025/b.txt")).isEqualTo("ab");
        assertThat(bucket.movedCopy(key("a.txt"))).isPresent();
        assertThat(bucket.movedCopy(key("2025/b.txt"))).isPresent();

        files.move(UPLOADS.resolve("a.txt"), UPLOADS.resolve("z.txt"), true);
        files.move(UPLOADS.resolve("z.txt"), UPLOADS.resolve("a.txt"), true);
        files.move(UPLOADS.resolve("2025"), UPLOADS.resolve("2024"), true);
        files.move(UPLOADS.resolve("2024"), UPLOADS.resolve("2025"), true);

        assertThat(bucket.movedCopy(key("a.txt"))).isEmpty();
        assertThat(bucket.movedCopy(key("2025/b.txt"))).isEmpty();
        assertThat(read("a.txt") + read("2025/b.txt")).isEqualTo("ab");
        assertThat(bucket.head(key("a.txt"), Duration.ZERO).orElseThrow().metadata())
                .containsKey(LocalEntry.MTIME);
    }

    @Test
    void aPageOfKeysThatAreNoPathsDoesNotEndAListing() throws IOException {
        for (int i = 0; i < 5; i++) {
            putRaw("shop/uploads/0\u007f" + i);
        }
        local("a.txt", "a");
        write("b.txt", "b");
        write("c.txt", "c");
        List<String> keys = new ArrayList<>();
        ListQuery query = ListQuery.flat("shop/uploads/").withLimit(2);
        for (String after = ""; after != null; ) {
            Page page = bucketWithFallback().list(after.isEmpty() ? query : query.after(after));
            page.objects().forEach(object -> keys.add(object.key().value()));
            after = page.next();
        }

        assertThat(keys).containsExactly("shop/uploads/a.txt", "shop/uploads/b.txt", "shop/uploads/c.txt");
    }

    private void putRaw(String key) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(s3.endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(CREDENTIALS.accessKey(), CREDENTIALS.secretKey())))
                .build()) {
            client.putObject(put -> put.bucket("media").key(key), RequestBody.empty());
        }
    }
}
