package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.migrate.Migration.Finding;
import dev.aloft.store.ObjectKey;
import dev.aloft.store.StoredObject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Verifications of migrations into S3, and the removal of local files that follows.
@Timeout(300)
final class MigrationVerifyTest extends MigrationFixture {

    @Test
    void verificationFindsMissingAndDamagedFiles() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        local("c.txt", "c");
        local("d.txt", "d");
        local("e.txt", "e");
        migration().in(false);
        write(key("b.txt"), "newer");
        site.delete(key("c.txt"));
        writeCopy("d.txt", "x");
        writeCopy("e.txt", "e and more"); // by an append

        for (boolean all : new boolean[] {false, true}) {
            findings.clear();
            Migration.Report report = migration().verify(all, false);
            assertThat(report.done()).isEqualTo(1);
            assertThat(report.kept()).isEqualTo(2);
            assertThat(findings).extracting(Finding::file).containsExactlyInAnyOrder("c.txt", "d.txt");
        }
    }

    @Test
    void onlyVerifiedLocalFilesAreRemoved() throws IOException {
        local("a.txt", "a");
        migration().in(false);
        local("b.txt", "not in S3");

        Migration.Report report = migration().verify(true, true);

        assertThat(report.removed()).isEqualTo(1);
        assertThat(report.failed()).isEqualTo(1);
        assertThat(locals()).containsOnlyKeys("b.txt");
    }

    @Test
    void whatTheSiteDeletesMeanwhileIsRight() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        migration().in(false);
        Migration.Report report = verifyWhileTheSiteDeletesAt("GetObject");

        assertThat(report.deleted()).isEqualTo(1);
        assertThat(findings).extracting(Finding::file).containsExactly("b.txt");
    }

    @Test
    void whatTheSiteReplacesAndDeletesMeanwhileIsRight() throws IOException {
        local("a.txt", "a");
        local("b.txt", "b");
        write(key("a.txt"), "newer");
        write(key("b.txt"), "newer");
        Migration.Report report = verifyWhileTheSiteDeletesAt("HeadObject");

        assertThat(report.deleted()).isEqualTo(1);
        assertThat(findings).containsExactly(new Finding(Finding.Kind.FAILED, "b.txt", "is not in S3"));
    }

    private Migration.Report verifyWhileTheSiteDeletesAt(String operation) throws IOException {
        front.on(request -> {
                    if (request.operation().equals(operation) && request.key().startsWith("shop/uploads/")) {
                        deleteAsSite(request.key());
                    }
                    return false;
                })
                .delay(Duration.ZERO);
        return migration().verify(true, false);
    }

    /// Leaves no mark for `b.txt`, as a host without the fallback.
    private void deleteAsSite(String key) {
        try {
            if (key.endsWith("/a.txt")) {
                StoredObject _ = write(ObjectKey.of(DELETED + "a.txt"), "");
            }
            site.delete(ObjectKey.of(key));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
