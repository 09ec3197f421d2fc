package dev.aloft.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes into the configuration files of others cannot break out of its place there.
@Tag("unit")
final class SettingsTest {

    private static final Database DATABASE = new Database(Path.of("/run/db"), "site", "site", "it's a \\ secret");
    private static final WordPressTree TREE = new WordPressTree(Path.of("/tree"), "7.1.4", "a test");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\nb", "a\\b", "$HOME", "a\u0000b"})
    void poolRefusesValuesThatPhpFpmWouldReadOtherwise(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhpPool("a", Map.of("NAME", value), Map.of()))
                .withMessageContaining(value);
        assertThatIllegalArgumentException().isThrownBy(() -> new PhpPool("a", Map.of(), Map.of("name", value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a]\n[b", "seventeen-letters"})
    void poolRefusesNames(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new PhpPool(name, Map.of(), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1", "http://127.0.0.1:8080/", "127.0.0.1:8080"})
    void siteRefusesHomes(String home) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteSettings(TREE, DATABASE, folder, URI.create(home), Map.of()))
                .withMessageContaining(home);
    }

    @Test
    void siteRefusesConstantsThatAreNoNames() {
        URI home = URI.create("http://127.0.0.1:8080");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteSettings(TREE, DATABASE, folder, home, Map.of("X');", "1")));
    }

    @Test
    void quotesInPhpStringsAreEscaped() throws IOException {
        SiteSettings settings = new SiteSettings(
                TREE, DATABASE, folder, URI.create("http://127.0.0.1:8080"), Map.of("ALOFT_BUCKET", "o'clock"));

        String configuration = WpConfig.of(settings, Secrets.open(folder.resolve("secrets")));

        assertThat(configuration)
                .contains("define('DB_PASSWORD', 'it\\'s a \\\\ secret');")
                .contains("define('ALOFT_BUCKET', getenv('ALOFT_BUCKET') ?: 'o\\'clock');");
    }

    @Test
    void secretsAreKeptAndOnlyOurs() throws IOException {
        Path file = folder.resolve("secrets");
        String made = Secrets.open(file).findOrMake("password", 16);

        assertThat(made).hasSize(16);
        assertThat(Secrets.open(file).findOrMake("password", 16)).isEqualTo(made);
        assertThat(Secrets.open(file).findOrMake("other", 16)).isNotEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(DATABASE.toString()).doesNotContain("secret");
    }

    @Test
    void missingPackagesAreFound() throws IOException {
        assertThat(DebianPackages.of("dpkg", "no-such-package", "apt").missing())
                .containsExactly("no-such-package");
        DebianPackages.of("dpkg", "apt").require(line -> {
            throw new AssertionError("nothing to do, but: " + line);
        });
    }

    @Test
    void ordinaryUserIsToldWhatToInstall() {
        assertThat(DebianPackages.refusal("php8.2-fpm mariadb-server"))
                .hasMessageContaining("as root: apt-get install --no-install-recommends php8.2-fpm mariadb-server");
    }
}
