package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.cli.console.Failure;
import dev.aloft.server.cdn.CdnApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tables `[[cdn]]`.
@Tag("unit")
final class CdnConfigurationTest extends ConfigurationFixture {

    @Test
    void aCdnHasWhatItsTypeNeeds() throws Exception {
        String folder = "folder = \"/var/lib/aloft\"\n";
        assertThat(failure(SMALLEST + "[[cdn]]\ntype = \"fastly\"\nid = \"a\"\n" + folder))
                .hasMessageContaining("[cdn fastly] has no token");
        assertThat(failure(SMALLEST + "[[cdn]]\ntype = \"akamai\"\n" + folder))
                .hasMessageContaining("[cdn akamai] has type = akamai");
        assertThat(failure(SMALLEST + "[[cdn]]\ntype = \"nginx\"\nurl = \"http://x\"\n" + folder))
                .hasMessageContaining("[site example] has no hosts");
        assertThat(failure(SMALLEST + "[[cdn]]\ntype = \"varnish\"\nurl = \"http://a..b\"\n" + folder))
                .hasMessageContaining("has url = http://a..b");
        String behindTls = "hosts = [\"example.org\"]\n[[cdn]]\ntype = \"%s\"\nurl = \"https://x\"\n" + folder;
        assertThat(failure(SMALLEST + behindTls.formatted("nginx")))
                .hasMessageContaining("[cdn nginx] has url = https://x")
                .satisfies(failure -> assertThat(failure.advice()).contains("without TLS"));
        read(SMALLEST + behindTls.formatted("varnish"), Map.of());
        for (String host : List.of("my_site", "a..b", "[::::]")) {
            assertThat(failure(SMALLEST + "hosts = [\"" + host + "\"]\n[[cdn]]\ntype = \"nginx\"\nurl = \"http://x\"\n"
                            + folder))
                    .hasMessageContaining("[cdn nginx] cannot purge the host " + host + " of [site example]");
        }
        read(
                SMALLEST + "hosts = [\"example.org\", \"[::1]\"]\n[[cdn]]\ntype = \"nginx\"\nurl = \"http://x\"\n"
                        + folder,
                Map.of());
        assertThat(failure(SMALLEST + "[[cdn]]\ntype = \"varnish\"\nurl = \"http://x\"\nsites = [\"none\"]\n" + folder))
                .hasMessageContaining("names the unknown site none");
    }

    @Test
    void theTokenOfACdnComesFromAVariableOrAFile(@TempDir Path tokens) throws Exception {
        String fastly = SMALLEST + "[[cdn]]\ntype = \"fastly\"\nid = \"a\"\nfolder = \"/var/lib/aloft\"\n";
        assertThat(read(fastly, Map.of("ALOFT_CDN_TOKEN", "secret"))
                        .cdns()
                        .getFirst()
                        .token())
                .contains(new CdnApi.Token("secret"));
        Path file = tokens.resolve("token");
        Configuration configuration = read(fastly + "token_file = \"" + file + "\"\n", Map.of());
        CdnConfiguration cdn = configuration.cdns().getFirst();
        assertThatThrownBy(() -> cdn.settings(configuration.sites()))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("cannot read the token of [cdn fastly]");
        Files.writeString(file, "secret\n");
        assertThat(cdn.settings(configuration.sites()).api().usesSurrogateKeys())
                .isTrue();
    }
}
