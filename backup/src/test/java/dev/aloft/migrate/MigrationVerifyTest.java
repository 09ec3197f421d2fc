package dev.aloft.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.migrate.Migration.Finding;
import java.io.IOException;
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
}
