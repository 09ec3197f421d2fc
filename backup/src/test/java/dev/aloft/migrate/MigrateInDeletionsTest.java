package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.store.StoreException;
import dev.aloft.testkit.Occasion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Migrations from a folder of files that the site deletes in S3.
@Timeout(300)
final class MigrateInDeletionsTest extends MigrationFixture {

    @Test
    void whatTheSiteHasDeletedStaysDeleted() throws IOException {
        local("a.txt", "a");
        mark("a.txt");

        assertThat(migration().in(false).deleted()).isEqualTo(1);
        assertThat(stored()).isEmpty();

        Files.setLastModifiedTime(
                uploads.resolve("a.txt"), FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(migration().in(false).done()).isEqualTo(1); // a later file of the same name
    }

    @Test
    void whatTheSiteDeletesMeanwhileIsTakenBack() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        front.on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        mark("a.txt");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        migration().in(false);

        assertThat(stored()).containsOnlyKeys("b.txt");
    }

    @Test
    void whatTheSiteDeletesAndUploadsAgainMeanwhileStays() throws IOException {
        local("a.txt", "a");
        AtomicBoolean isThere = new AtomicBoolean();
        front.on(request -> {
                    if (request.operation().equals("PutObject")) {
                        isThere.set(true);
                    } else if (request.operation().equals("ListObjectsV2") && isThere.getAndSet(false)) {
                        mark("a.txt");
                        writeUnchecked(key("a.txt"), "a");
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        migration().in(false);

        assertThat(front.count("HeadObject")).isEqualTo(1);
        assertThat(stored()).containsOnlyKeys("a.txt");
    }

    @Test
    void whatTheSiteDeletesIsTakenBackAlthoughALookOrAWithdrawalFails() throws IOException {
        for (String operation : new String[] {"ListObjectsV2", "DeleteObject"}) {
            front.reset();
            String name = operation + ".txt";
            local(name, "a");
            front.on(request -> {
                        if (request.operation().equals("PutObject")) {
                            mark(name);
                            front.on(operation).next(1).answer(403);
                        }
                        return false;
                    })
                    .delay(Duration.ZERO);

            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> migration().in(false));

            assertThat(stored()).as(operation).isEmpty();
        }
    }

    @Test
    void whatTheSiteHasRestoredStays() throws IOException {
        local("a.txt", "a");
        migration().in(false);
        mark("a.txt");

        assertThat(migration().in(false).unchanged()).isEqualTo(1);

        assertThat(stored()).containsOnlyKeys("a.txt");
    }

    @Test
    void copiesShareTheLooksForMarksOfDeletionsAndWaitForNone() throws Exception {
        int files = 40;
        for (int i = 0; i < files; i++) {
            local("2026/" + i % 2 + "/" + i + ".txt", "meow");
        }
        Occasion looks = front.on(
                        request -> request.query().getOrDefault("prefix", "").startsWith(DELETED + "2026/"))
                .delay(Duration.ofSeconds(1));

        assertThat(migration().in(false).done()).isEqualTo(files);

        assertThat(front.count("PutObject")).isEqualTo(files);
        assertThat(front.count("HeadObject")).isZero();
        assertThat(looks.met()).isBetween(2, files / 4 - 1); // four copies at the same time would wait in tens
        assertThat(front.count("ListObjectsV2")).isEqualTo(2 + looks.met());
    }
}
