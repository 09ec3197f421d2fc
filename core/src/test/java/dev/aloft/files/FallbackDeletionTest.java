package dev.aloft.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.Bucket;
import dev.aloft.store.ListQuery;
import dev.aloft.store.ObjectHeaders;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import dev.aloft.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Deletions by a site whose files lie in a folder, where they stay.
@Timeout(300)
final class FallbackDeletionTest extends FallbackFixture {

    @Test
    void aDeletedFileStaysDeletedOnEveryHost() throws IOException {
        local("2025/a.txt", "a");
        local("2025/b.txt", "b");
        local("2025/c.txt", "c");

        files.delete(UPLOADS.resolve("2025/a.txt"));
        assertThat(files.deleteAll(List.of(UPLOADS.resolve("2025/b.txt"))).failures())
                .isEmpty();

        for (FileTree host : List.of(files, host())) {
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> read(host, "2025/a.txt"));
            assertThat(host.stat(UPLOADS.resolve("2025/b.txt"))).isEmpty();
        }
        assertThat(names(UPLOADS.resolve("2025"))).containsExactly("c.txt");
        assertThat(uploads.resolve("2025/a.txt")).exists();
        files.delete(UPLOADS.resolve("2025/c.txt"));
        assertThat(names(UPLOADS)).isEmpty();
        assertThat(host().stat(UPLOADS.resolve("2025"))).isEmpty();
    }

    @Test
    void aNameCanBeUsedAgainAfterItsDeletion() throws IOException {
        local("a.txt", "old");
        files.delete(UPLOADS.resolve("a.txt"));
        write(files, "a.txt", "new", WriteCondition.ifAbsent());

        assertThat(read(host(), "a.txt")).isEqualTo("new");
    }

    @Test
    void aDeletionWinsOverACopyUnderWay() throws IOException {
        local("a.txt", "a");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        mark("shop/migration/deleted/uploads/a.txt");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(files.stat(UPLOADS.resolve("a.txt"))).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void anUploadOfTheSameBytesIsNotTakenForTheCopyThatIsWithdrawn() throws IOException {
        local("a.txt", "a");
        AtomicBoolean isThere = new AtomicBoolean();
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        isThere.set(true);
                    } else if (isThere.get() && request.key().equals("shop/migration/deleted/uploads/a.txt")) {
                        isThere.set(false);
                        mark("shop/migration/deleted/uploads/a.txt");
                        upload("a.txt", "a");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        assertThat(files.stat(UPLOADS.resolve("a.txt"))).isPresent();

        assertThat(front.count("DeleteObject")).isZero();
        assertThat(keys()).containsExactly("a.txt");
    }

    @Test
    void aVersionThatIsWrittenAfterTheListingIsNotDeleted() throws IOException {
        local("a.txt", "old");
        local("b.txt", "old");
        Bucket host = bucketWithFallback();
        List<StoredObject> listed = host.list(ListQuery.flat("shop/uploads/")).objects();
        write("a.txt", "new");

        for (StoredObject object : listed) {
            host.delete(object);
        }

        assertThat(read("a.txt")).isEqualTo("new");
        assertThat(names(UPLOADS)).containsExactly("a.txt");
    }

    private void mark(String key) {
        try {
            StoredObject _ = bucket.put(
                    ObjectKey.of(key),
                    new ByteArrayInputStream(new byte[0]),
                    0,
                    new ObjectHeaders("application/x-empty", null),
                    WriteCondition.always());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void upload(String name, String text) {
        try {
            write(new FileTree(bucket, FilePath.of("shop")), name, text, WriteCondition.always());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
