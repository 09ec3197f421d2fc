package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.CephBucket;
import dev.aloft.backup.SharedCeph;
import dev.aloft.bulk.Progress;
import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.local.LocalFolder;
import dev.aloft.migrate.Migration.Finding;
import dev.aloft.store.Bucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/// Migrations into a bucket of Ceph that keeps versions, and for that reason no conditions.
@Tag("ceph")
@Timeout(300)
final class CephMigrationTest {

    @RegisterExtension
    static final SharedCeph CEPH = new SharedCeph();

    @TempDir
    private Path uploads;

    private final List<Finding> findings = new ArrayList<>();
    private CephBucket site;

    @BeforeEach
    void start() {
        CEPH.front().calm();
        site = CEPH.versionedBucket();
    }

    @Test
    void whatTheSiteWritesMeanwhileStays() throws IOException {
        Files.writeString(uploads.resolve("a.txt"), "old");
        Files.writeString(uploads.resolve("b.txt"), "b");
        CEPH.front()
                .on(request -> {
                    if (request.operation().equals("PutObject") && request.key().endsWith("uploads/a.txt")) {
                        site.outsider()
                                .putObject(
                                        b -> b.bucket(site.name()).key("shop/uploads/a.txt"),
                                        RequestBody.fromString("new"));
                    }
                    return false;
                })
                .delay(Duration.ZERO);

        Migration.Report report = migrate();

        assertThat(report.done()).isEqualTo(1);
        assertThat(report.kept()).isEqualTo(1);
        assertThat(site.files("shop/uploads/")).isEqualTo(Map.of("a.txt", "new", "b.txt", "b"));
    }

    @Test
    void aVersionIsNotReplacedAndTheReasonIsReported() throws IOException {
        Path file = Files.writeString(uploads.resolve("a.txt"), "old");
        assertThat(migrate().done()).isEqualTo(1);
        Files.writeString(file, "later");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(migrate().failed()).isEqualTo(1);

        assertThat(findings).singleElement().matches(finding -> finding.reason().contains("If-Match"));
        assertThat(site.files("shop/uploads/")).isEqualTo(Map.of("a.txt", "old"));
    }

    private Migration.Report migrate() throws IOException {
        Bucket bucket = site.bucket();
        FileTree files = new FileTree(bucket, FilePath.of("shop"));
        files.probeStore();
        MigrationSides sides =
                MigrationSides.of(LocalFolder.at(uploads), files, bucket, FilePath.of("shop/uploads"), _ -> true);
        return new Migration(sides, 4, new Progress(), findings::add).in(false);
    }
}
