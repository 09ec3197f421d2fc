package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Configurations that are refused, each error with its place and advice.
@Tag("unit")
final class ConfigurationErrorsTest extends ConfigurationFixture {

    @Test
    void anUnknownKeySuggestsTheNearest() throws IOException {
        Failure failure = failure(SMALLEST.replace("bucket", "buckett"));

        assertThat(failure).hasMessageContaining("[site example] has the unknown key buckett");
        assertThat(failure.advice()).isEqualTo("did you mean bucket?");
        failure = failure(SMALLEST + "socket_grop = \"www-data\"\n");
        assertThat(failure).hasMessageContaining("[site example] has the unknown key socket_grop");
        assertThat(failure.advice()).isEqualTo("did you mean socket_group?");
        assertThat(failure.code()).isEqualTo(Failure.Code.CONFIGURATION);
    }

    @Test
    void anUnknownTableSuggestsTheNearest() throws IOException {
        Failure failure = failure("[s33]\nregion = \"x\"\n" + SMALLEST);

        assertThat(failure).hasMessageContaining("unknown table or key s33");
        assertThat(failure.advice()).isEqualTo("did you mean [s3]?");
    }

    @Test
    void aLineThatIsNotTomlIsNamed() throws IOException {
        Failure failure = failure("[s3]\nregion = \n");

        assertThat(failure).hasMessageContaining("aloft.toml line 2");
    }

    @Test
    void aMissingFileIsNamed() {
        Failure failure =
                catchThrowableOfType(Failure.class, () -> Configuration.read(folder.resolve("no.toml"), Map.of()));

        assertThat(failure).hasMessageContaining("there is no configuration at").hasMessageContaining("no.toml");
    }

    @Test
    void aFleetNeedsAUrlThatNoMessageRepeats() throws Exception {
        assertThat(failure("[fleet]\nname = \"shop\"\n" + SMALLEST)).hasMessageContaining("has no url");
        assertThat(failure("[fleet]\nurl = \"http://:word@h\"\nname = \"Shop\"\n" + SMALLEST))
                .hasMessageContaining("redis://")
                .hasMessageContaining("name = Shop")
                .hasMessageNotContaining("word@");
        assertThat(failure("[fleet]\nurl = 7\n" + SMALLEST)).hasMessageContaining("without quotes");
    }

    @Test
    void invalidValuesAreRefused() throws IOException {
        assertThat(failure(SMALLEST.replace("\"media\"", "\"Media!\""))).hasMessageContaining("bucket = Media!");
        assertThat(failure(SMALLEST.replace("\"/run/aloft/example.sock\"", "\"run/x.sock\"")))
                .hasMessageContaining("socket = run/x.sock");
        assertThat(failure(SMALLEST.replace("region =", "timeout = \"20\"\nregion =")))
                .hasMessageContaining("timeout = 20");
        assertThat(failure(SMALLEST.replace("region =", "provider = \"cephh\"\nregion =")))
                .hasMessageContaining("provider = cephh");
        assertThat(failure(SMALLEST.replace("region =", "endpoint = \"https://key:secret@s3\"\nregion =")))
                .hasMessageContaining("credentials");
        assertThat(failure(SMALLEST + "prefix = \"../other\"\n")).hasMessageContaining("prefix = ../other");
        assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\npeers = [\"http://10.0.0.8:9180\"]\n"))
                .hasMessageContaining("has peers but no admin_token");
        for (String peer : List.of("http://edge_2:9180", "http://edge|2:9180")) {
            assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\npeers = [\"" + peer + "\"]\n"))
                    .hasMessageContaining("has peers = " + peer);
        }
        assertThat(failure(SMALLEST + "cors_origins = [\"example.org\"]\n"))
                .hasMessageContaining("cors_origins = [example.org]");
        assertThat(failure(SMALLEST + "picture_sizes = [\"300,200\"]\n")).hasMessageContaining("300,200");
        assertThat(failure(SMALLEST + "picture_sizes = []\n")).hasMessageContaining("url_secret");
        assertThat(failure(SMALLEST + "url_secret = \"short secret\"\n"))
                .hasMessageContaining("url_secret that is too short")
                .hasMessageNotContaining("short secret");
        assertThat(failure(SMALLEST + "url_secret = 1234567890\n"))
                .hasMessageContaining("url_secret without quotes")
                .hasMessageNotContaining("1234567890");
        assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\naccess_log_form = \"xml\"\n"))
                .hasMessageContaining("access_log_form = xml");
        assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\nconnections_per_address = 0\n"))
                .hasMessageContaining("connections_per_address = 0");
        assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\ntls_key = \"/k\"\n"))
                .hasMessageContaining("only one of tls_certificate and tls_key");
        assertThat(failure(SMALLEST + "[edge]\nlisten = \":1\"\ncache_folder = \"cache\"\n"))
                .hasMessageContaining("not a place for answers on disk: cache");
        assertThat(failure("[pictures]\nthreads = 0\n" + SMALLEST)).hasMessageContaining("threads = 0");
        assertThat(failure("[pictures]\nformats = [\"jxl\"]\n" + SMALLEST)).hasMessageContaining("formats = jxl");
        assertThat(failure("[pictures]\ncompatibility = \"old\"\n" + SMALLEST))
                .hasMessageContaining("compatibility = old");
        assertThat(failure("[pictures]\nlibrary = \"x.so\"\n" + SMALLEST)).hasMessageContaining("library = x.so");
        assertThat(failure(SMALLEST + "headers = \"*.css\"\n")).hasMessageContaining("headers = *.css");
        assertThat(failure(SMALLEST + "[[site.upload_paths]]\npath = \"files\"\n"))
                .hasMessageContaining("[site example upload_paths]")
                .hasMessageContaining("/uploads/");
        assertThat(failure(SMALLEST + "[[site.headers]]\nfiles = \"*.css\"\n"))
                .hasMessageContaining("[site example headers]")
                .hasMessageContaining("neither a type nor Cache-Control");
    }

    @Test
    void sitesHaveSecretsOfTheirOwn() throws Exception {
        String secret = "url_secret = \"0123456789abcdef0123456789abcdef\"\n";
        String second = "[[site]]\nname = \"two\"\nbucket = \"media\"\nsocket = \"/run/aloft/two.sock\"\n";

        assertThat(failure(SMALLEST + secret + second + "prefix = \"two\"\n" + secret))
                .hasMessageContaining("the sites example and two have the same url_secret")
                .hasMessageNotContaining("0123456789abcdef");
        assertThat(read(SMALLEST + secret + second + "prefix = \"two\"\n" + secret.replace("0", "1"), Map.of())
                        .sites())
                .hasSize(2);
        assertThat(read(SMALLEST + secret + second + secret, Map.of()).sites())
                .as("two entries of one site")
                .hasSize(2);
    }

    @Test
    void allErrorsAreReportedAtOnceEachWithItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                regoin = "eu-central-1"
                timeout = "20"

                [edge]
                listen = "8080"

                [[site]]
                name = "one"
                bucket = "media"
                socket = "/run/one"
                hosts = ["example.org"]

                [[site]]
                name = "two"
                bucket = "media"
                prefix = "../two"
                socket = "/run/two"
                hosts = ["EXAMPLE.org"]
                """);
        Failure failure = catchThrowableOfType(
                Failure.class, () -> Configuration.read(file, Map.of("ALOFT_SITE_ONE_BUCKET", "Media!")));

        assertThat(failure.code()).isEqualTo(Failure.Code.CONFIGURATION);
        assertThat(failure.found()).isEqualTo(file + ": 6 errors, listed above");
        assertThat(failure.details())
                .allMatch(line -> line.startsWith(file + ": "))
                .satisfiesExactly(
                        line -> assertThat(line).contains("[s3] has the unknown key regoin; did you mean region?"),
                        line -> assertThat(line).contains("[s3] has timeout = 20; expected"),
                        line -> assertThat(line).contains("[edge] has listen = 8080; expected"),
                        line -> assertThat(line)
                                .contains("[site one] has bucket = Media! (from ALOFT_SITE_ONE_BUCKET); expected"),
                        line -> assertThat(line).contains("[site two] has prefix = ../two; expected"),
                        line -> assertThat(line).contains("the sites one and two both answer to example.org; give"));
    }

    @Test
    void aValueThatIsInvalidByItselfIsNotComparedWithAnotherSites() throws IOException {
        String second = "[[site]]\nname = \"two\"\nbucket = \"media\"\nsocket = \"two.sock\"\nhosts = [\"a b\"]\n";

        Failure failure =
                failure("[edge]\nlisten = \":8080\"\n" + SMALLEST + second + second.replace("two\"", "three\""));

        assertThat(failure.details())
                .hasSize(4)
                .allMatch(line -> line.contains("has socket = two.sock") || line.contains("has hosts = a b"));
    }

    @Test
    void anUnknownVariableIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("aloft.toml"), SMALLEST);

        Failure failure = catchThrowableOfType(
                Failure.class, () -> Configuration.read(file, Map.of("ALOFT_S3_REGOIN", "eu-central-1")));

        assertThat(failure).hasMessageContaining("[s3] has the unknown key regoin (from ALOFT_S3_REGOIN)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"upstream = \"http://127.0.0.1:9000\"", "php_root = \"/srv\"", "php_socket = \"/run/fpm\""})
    void aKeyOfTheEdgeThatServedTheSiteIsAnErrorThatSaysWhatToDo(String line) throws IOException {
        Failure failure = failure(SMALLEST + line + "\n");
        assertThat(failure)
                .hasMessageContaining("[site example] has the key " + line.split(" ", 2)[0] + ", which was removed");
        assertThat(failure.advice()).contains("aloft cdn nginx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org", "example.org:8080", "example.org/", "a b", ""})
    void aHostIsANameAndNothingElse(String host) throws IOException {
        Failure failure = failure("""
                [s3]
                region = "eu-central-1"
                [edge]
                listen = ":8080"
                [[site]]
                name = "one"
                bucket = "media"
                socket = "/run/one"
                hosts = ["%s"]
                """.formatted(host));

        assertThat(failure.code()).isEqualTo(Failure.Code.CONFIGURATION);
        assertThat(failure.advice()).contains("example.org");
    }

    @ParameterizedTest
    @CsvSource({"'\"a.test\"', '\"b.test\", \"A.test.\"', a.test", "'', '', every host"})
    void twoSitesDoNotAnswerToOneHost(String first, String second, String host) throws IOException {
        String sites = """
                [s3]
                region = "eu-central-1"
                [edge]
                listen = ":8080"
                [[site]]
                name = "one"
                bucket = "media"
                socket = "/run/one"
                hosts = [%s]
                [[site]]
                name = "two"
                bucket = "media"
                socket = "/run/two"
                hosts = [%s]
                """.formatted(first, second);

        Failure failure = failure(sites);

        assertThat(failure.code()).isEqualTo(Failure.Code.CONFIGURATION);
        assertThat(failure).hasMessageContaining("the sites one and two both answer to " + host);
    }

    @Test
    void agentAndEdgeHaveAdminAddressesOfTheirOwn() throws IOException {
        Failure failure = failure("""
                [s3]
                region = "eu-central-1"
                [agent]
                admin = ":9180"
                [edge]
                listen = ":8080"
                admin = ":9180"
                [[site]]
                name = "one"
                bucket = "media"
                socket = "/run/one"
                """);

        assertThat(failure).hasMessageContaining("[agent] and [edge] have the same admin");
        assertThat(failure.advice()).contains("a port of its own");
    }
}
