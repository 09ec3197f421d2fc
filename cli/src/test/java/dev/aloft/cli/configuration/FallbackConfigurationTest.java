package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.FilePath;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The bucket that a site moves away from, `[site.fallback]`.
@Tag("unit")
final class FallbackConfigurationTest extends ConfigurationFixture {

    @Test
    void theBucketOfAFallbackIsThatOfTheSiteUnlessAnotherIsNamed() throws Exception {
        assertThat(fallback("endpoint = \"https://old.example.org\"\nprovider = \"minio\"", Map.of()))
                .isEqualTo(new FallbackConfiguration.OtherBucket(
                        Optional.of(StoreSettings.at(Provider.MINIO, URI.create("https://old.example.org"))),
                        Optional.empty(),
                        "media",
                        FilePath.of("uploads")));
        assertThat(fallback("uploads = \"/\"", Map.of("ALOFT_SITE_FALLBACK_BUCKET", "attic")))
                .isEqualTo(new FallbackConfiguration.OtherBucket(
                        Optional.empty(), Optional.empty(), "attic", FilePath.ROOT));
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> fallback("", Map.of()))
                .withMessageContaining("the site's own uploads");
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> fallback("folder = \"/srv\"", Map.of()))
                .withMessageContaining("unknown key folder");
    }

    @Test
    void aFallbackIsApartFromTheSitesUploadsAndFromBackups() throws Exception {
        String here = "provider = \"aws\"\nregion = \"eu-central-1\"\n";
        for (String table : List.of("uploads = \"/\"", "uploads = \"uploads/old\"", here, here + "uploads = \"/\"")) {
            assertThatExceptionOfType(Failure.class)
                    .as(table)
                    .isThrownBy(() -> fallback(table, Map.of()))
                    .withMessageContaining("overlaps the site's own uploads in s3://media/uploads");
        }
        String backup = "\n[site.backup]\nbucket = \"attic\"\nprefix = \"backups/one\"";
        for (String uploads : List.of("/", "backups")) {
            String table = "bucket = \"attic\"\nuploads = \"" + uploads + "\"" + backup;
            assertThatExceptionOfType(Failure.class)
                    .as(table)
                    .isThrownBy(() -> fallback(table, Map.of()))
                    .withMessageContaining("in s3://attic/backups/one");
        }
        for (String table : List.of(
                "uploads = \"uploads-old\"",
                "uploads = \"wp-content/uploads\"",
                here.replace("central", "west") + "uploads = \"/\"",
                "bucket = \"attic\"\nuploads = \"uploads\"" + backup)) {
            assertThat(fallback(table, Map.of())).as(table).isInstanceOf(FallbackConfiguration.OtherBucket.class);
        }
    }

    private FallbackConfiguration fallback(String table, Map<String, String> environment) throws Exception {
        return read(SMALLEST + "\n[site.fallback]\n" + table + "\n", environment)
                .sites()
                .getFirst()
                .fallback()
                .orElseThrow();
    }
}
