package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aloft.files.FilePath;
import dev.aloft.files.HeaderRules;
import dev.aloft.files.PathRules;
import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.agent.LocalRules;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.edge.EdgeLimits;
import dev.aloft.server.edge.Tls;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.ListedSizes;
import dev.aloft.server.tachyon.PictureSettings;
import dev.aloft.server.uploads.Cors;
import dev.aloft.server.uploads.ServingRules;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConfigurationTest {

    private static final String SMALLEST = """
            [s3]
            region = "eu-central-1"

            [[site]]
            name = "example"
            bucket = "media"
            socket = "/run/aloft/example.sock"
            """;

    private static final String EVERYTHING = """
            [s3]
            provider = "ceph"
            endpoint = "https://s3.example.org"
            region = "eu"
            path_style = false
            timeout = "500ms"

            [edge]
            listen = "127.0.0.1:8081"
            tls_certificate = "/etc/aloft/cert.pem"
            tls_key = "/etc/aloft/key.pem"
            cache_memory_bytes = 2000000
            cache_folder = "/var/cache/aloft"
            cache_folder_bytes = 3000000
            trusted_proxies = ["10.0.0.0/8"]
            proxy_protocol = true
            connections_per_address = 50
            admin = "127.0.0.1:9180"
            admin_token = "an admin's token of enough bytes"
            peers = ["http://10.0.0.8:9180"]
            access_log = "/var/log/aloft.log"
            access_log_form = "json"

            [pictures]
            enabled = false
            library = "/opt/vips/libvips.so"
            threads = 3
            compatibility = "strict"
            formats = ["webp"]
            keep = true
            svg = true
            fallback = false

            [[site]]
            name = "one"
            hosts = ["one.example.org", "www.one.example.org"]
            bucket = "media"
            prefix = "sites/one"
            socket = "/run/aloft/one.sock"
            socket_group = "www-data"
            max_file_bytes = 1000
            local = ["uploads/cache", "uploads/**.log"]
            local_folder = "/var/lib/aloft/one"
            url_secret = "a site's secret of enough bytes!"
            picture_sizes = ["300x200", "1024x"]
            cors_origins = ["https://app.example.org"]
            deny = ["uploads/reports", "uploads/**.bak"]
            allow = ["uploads/backup/press"]
            htaccess = false

            [[site.headers]]
            files = "*.css"
            content_type = "text/css"
            cache_control = "max-age=300"

            [[site.upload_paths]]
            path = "/files/"
            folder = "blogs.dir/2/files"

            [[site.upload_paths]]
            path = "/app/uploads/"

            [[site]]
            name = "two"
            bucket = "other"
            socket = "/run/aloft/two.sock"
            """;

    private static final SiteServingConfiguration EVERYTHING_SERVED =
            new SiteServingConfiguration(List.of(), Optional.empty(), Cors.NONE, List.of(), ServingRules.DEFAULT);

    @TempDir
    Path folder;

    private static SiteAgentConfiguration defaultsOf(String socket) {
        return new SiteAgentConfiguration(
                Path.of(socket),
                Optional.empty(),
                SiteAgentConfiguration.MAX_FILE_BYTES,
                HeaderRules.NONE,
                LocalRules.NONE);
    }

    @Test
    void theSmallestConfigurationHasAllDefaults() throws Exception {
        Configuration configuration = read(SMALLEST, Map.of());

        assertThat(configuration)
                .isEqualTo(new Configuration(
                        new StoreSettings(Provider.AWS, null, "eu-central-1", false, Duration.ofSeconds(20)),
                        Optional.empty(),
                        PicturesConfiguration.DEFAULT,
                        List.of(new SiteConfiguration(
                                "example",
                                "media",
                                FilePath.ROOT,
                                Optional.empty(),
                                defaultsOf("/run/aloft/example.sock"),
                                EVERYTHING_SERVED))));
    }

    @Test
    void everyKeyIsReadAsItIsWritten() throws Exception {
        Configuration configuration = read(EVERYTHING, Map.of());

        assertThat(configuration.s3())
                .isEqualTo(new StoreSettings(
                        Provider.CEPH, URI.create("https://s3.example.org"), "eu", false, Duration.ofMillis(500)));
        EdgeConfiguration edge = configuration.edge().orElseThrow();
        assertThat(edge.listen()).isEqualTo(new ListenAddress("127.0.0.1", 8081));
        assertThat(edge.cache())
                .isEqualTo(new CacheSettings(2_000_000, 1 << 20, Optional.of(Path.of("/var/cache/aloft")), 3_000_000));
        assertThat(edge.tls()).contains(new Tls(Path.of("/etc/aloft/cert.pem"), Path.of("/etc/aloft/key.pem")));
        assertThat(edge.trustedProxies()).isEqualTo(new TrustedProxies(List.of("10.0.0.0/8"), true));
        assertThat(edge.limits()).isEqualTo(EdgeLimits.DEFAULT.withConnectionsPerAddress(50));
        assertThat(edge.operators().admin()).contains(InetSocketAddress.createUnresolved("127.0.0.1", 9180));
        assertThat(edge.operators().token().orElseThrow().bytes())
                .asString()
                .isEqualTo("an admin's token of enough bytes");
        assertThat(edge.operators().peers()).containsExactly(URI.create("http://10.0.0.8:9180"));
        assertThat(edge.operators().accessLog()).contains(Path.of("/var/log/aloft.log"));
        assertThat(edge.operators().logForm()).isEqualTo(OperatorSettings.LogForm.JSON);
        SiteConfiguration one = configuration.sites().getFirst();
        assertThat(one.urlSecret().orElseThrow().bytes()).asString().isEqualTo("a site's secret of enough bytes!");
        assertThat(one.toString()).doesNotContain("enough bytes");
        assertThat(configuration.pictures())
                .isEqualTo(new PicturesConfiguration(
                        false,
                        RenderPoolSettings.standard()
                                .withLibrary(Path.of("/opt/vips/libvips.so"))
                                .withSvg()
                                .withThreads(3),
                        new PictureSettings(Compatibility.STRICT, List.of(Format.WEBP), true, Admission.OPEN, false)));
        assertThat(configuration.sites())
                .containsExactly(
                        new SiteConfiguration(
                                "one",
                                "media",
                                FilePath.of("sites/one"),
                                one.urlSecret(),
                                new SiteAgentConfiguration(
                                        Path.of("/run/aloft/one.sock"),
                                        Optional.of("www-data"),
                                        1000,
                                        new HeaderRules(
                                                List.of(new HeaderRules.Rule("*.css", "text/css", "max-age=300"))),
                                        new LocalRules(
                                                List.of("uploads/cache", "uploads/**.log"),
                                                Path.of("/var/lib/aloft/one"))),
                                new SiteServingConfiguration(
                                        List.of("one.example.org", "www.one.example.org"),
                                        Optional.of(new ListedSizes(List.of("300x200", "1024x"))),
                                        new Cors(Set.of("https://app.example.org")),
                                        List.of(
                                                new UploadPath("/files/", FilePath.of("blogs.dir/2/files")),
                                                new UploadPath("/app/uploads/", UploadsFolder.UPLOADS)),
                                        new ServingRules(
                                                new PathRules(List.of("uploads/reports", "uploads/**.bak")),
                                                new PathRules(List.of("uploads/backup/press")),
                                                false))),
                        new SiteConfiguration(
                                "two",
                                "other",
                                FilePath.ROOT,
                                Optional.empty(),
                                defaultsOf("/run/aloft/two.sock"),
                                EVERYTHING_SERVED));
    }

    @Test
    void theFormerWordForTheStandardReadingOfQueriesIsUnderstood() throws Exception {
        for (String word : List.of("standard", "better")) {
            assertThat(read("[pictures]\ncompatibility = \"" + word + "\"\n" + SMALLEST, Map.of())
                            .pictures())
                    .as(word)
                    .isEqualTo(PicturesConfiguration.DEFAULT);
        }
    }

    @Test
    void everyKeyOfThePageIsKnownAndEveryKnownKeyIsOnThePage() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/configuration.md"));

        List<String> onPage = page.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(onPage)
                .containsExactlyInAnyOrder(EVERYTHING
                        .lines()
                        .filter(line -> line.contains(" = "))
                        .map(line -> line.substring(0, line.indexOf(" = ")))
                        .distinct()
                        .toArray(String[]::new));
    }

    @Test
    void theExampleOfThePageIsAConfiguration() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("aloft.root"), "docs/reference/configuration.md"));
        int begin = page.indexOf("```toml\n") + "```toml\n".length();

        assertThat(read(page.substring(begin, page.indexOf("```", begin)), Map.of())
                        .sites())
                .hasSize(1);
    }

    @Test
    void theEnvironmentComesBeforeTheFile() throws Exception {
        Configuration configuration = read(
                SMALLEST,
                Map.of(
                        "ALOFT_S3_PROVIDER", "minio",
                        "ALOFT_S3_ENDPOINT", "http://127.0.0.1:9000",
                        "ALOFT_EDGE_LISTEN", ":8080",
                        "ALOFT_SITE_BUCKET", "another",
                        "ALOFT_SITE_HOSTS", "a.example.org, b.example.org"));

        assertThat(configuration.s3().endpoint()).isEqualTo(URI.create("http://127.0.0.1:9000"));
        assertThat(configuration.edge().orElseThrow().listen()).isEqualTo(new ListenAddress("0.0.0.0", 8080));
        assertThat(configuration.sites().getFirst().bucket()).isEqualTo("another");
        assertThat(configuration.sites().getFirst().serving().hosts())
                .containsExactly("a.example.org", "b.example.org");
    }

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

    private Configuration read(String text, Map<String, String> environment) throws Exception {
        return Configuration.read(Files.writeString(folder.resolve("aloft.toml"), text), environment);
    }

    private Failure failure(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("aloft.toml"), text);
        return catchThrowableOfType(Failure.class, () -> Configuration.read(file, Map.of()));
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
    void aVariableOfASiteIsNotOneOfASiteWhoseNameBeginsLikeIt() throws Exception {
        Configuration configuration =
                read("""
                [s3]
                region = "eu-central-1"
                [[site]]
                name = "shop"
                bucket = "of-the-file"
                socket = "/run/shop"
                [[site]]
                name = "shop-eu"
                bucket = "of-the-file"
                socket = "/run/shop-eu"
                """, Map.of("ALOFT_SITE_SHOP_BUCKET", "of-shop", "ALOFT_SITE_SHOP_EU_BUCKET", "of-shop-eu"));

        assertThat(configuration.sites())
                .extracting(SiteConfiguration::bucket)
                .containsExactly("of-shop", "of-shop-eu");
    }
}
