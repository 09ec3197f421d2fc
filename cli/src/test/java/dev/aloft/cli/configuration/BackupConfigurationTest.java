package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.Verification;
import dev.aloft.files.FilePath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The table `[site.backup]`.
@Tag("unit")
final class BackupConfigurationTest extends ConfigurationFixture {

    @Test
    void backupsLieBelowTheSitesNameAndVariablesOverrideTheirTable() throws Exception {
        Configuration configuration = read(
                SMALLEST + "[site.backup]\nbucket = \"backups\"\n",
                Map.of("ALOFT_SITE_BACKUP_KEEP_DAILY", "7", "ALOFT_SITE_BACKUP_SIGNING_KEY", "x".repeat(32)));
        SiteBackupConfiguration backup =
                configuration.sites().getFirst().backup().orElseThrow();
        assertThat(backup.prefix()).isEqualTo(FilePath.of("example"));
        assertThat(backup.keep().daily()).isEqualTo(7);
        assertThat(backup.signingKey()).isPresent();
    }

    @Test
    void theServerTakesBackupsOnlyWithATimeBetweenThem() throws Exception {
        String table = SMALLEST + "[site.backup]\nbucket = \"backups\"\n";
        assertThat(backup(table).every()).isEmpty();
        assertThat(backup(table).interval()).contains(Duration.ofDays(1));
        assertThat(backup(table + "every = \"5m\"\n").depth()).contains(Verification.QUICK);
        assertThat(backup(table + "every = \"31d\"\n").interval()).contains(Duration.ofDays(31));
        assertThat(backup(table + "every = \"1d\"\nverify = \"all\"\n").depth()).contains(Verification.ALL);
        assertThat(backup(table + "every = \"1d\"\nverify = \"none\"\n").depth())
                .isEmpty();
        for (String wrong : List.of("every = \"4m\"", "every = \"32d\"", "every = \"daily\"")) {
            assertThat(failure(table + wrong + "\n")).hasMessageContaining("has every = ");
        }
        assertThat(failure(table + "every = \"1d\"\nverify = \"100%\"\n")).hasMessageContaining("verify = 100%");
        assertThat(failure(table + "every = \"1d\"\nat = \"3 am\"\n")).hasMessageContaining("has at = 3 am");
        assertThat(failure(table + "at = \"03:10\"\n")).hasMessageContaining("has at without every");
        assertThat(failure(table + "verify = \"all\"\n")).hasMessageContaining("has verify without every");
    }

    @Test
    void anUnknownKeyOfABackupNamesTheNearest() throws Exception {
        assertThat(failure(SMALLEST + "[site.backup]\nbucket = \"backups\"\nkeep_dayly = 7\n"))
                .hasMessageContaining("[site example backup] has the unknown key keep_dayly")
                .satisfies(failure -> assertThat(failure.advice()).isEqualTo("did you mean keep_daily?"));
    }

    private SiteBackupConfiguration backup(String text) throws Exception {
        return read(text, Map.of()).sites().getFirst().backup().orElseThrow();
    }
}
