package dev.aloft.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.backup.KeepRules;
import dev.aloft.backup.Verification;
import dev.aloft.files.FilePath;
import dev.aloft.files.HeaderRules;
import dev.aloft.files.PathRules;
import dev.aloft.image.Compatibility;
import dev.aloft.image.Format;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.UploadsFolder;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.cache.CacheSettings;
import dev.aloft.server.cdn.CdnApi;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.Tls;
import dev.aloft.server.edge.TrustedProxies;
import dev.aloft.server.operations.OperatorSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.tachyon.Admission;
import dev.aloft.server.tachyon.PictureSettings;
import dev.aloft.server.uploads.Cors;
import dev.aloft.server.uploads.UploadPath;
import dev.aloft.server.uploads.UploadsSite;
import dev.aloft.store.Provider;
import dev.aloft.store.StoreSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Configurations that are read: defaults, keys, the page, and variables of the environment.
@Tag("unit")
final class ConfigurationTest extends ConfigurationFixture {

    private static final String EVERYTHING = """
            [s3]
            provider = "ceph"
            endpoint = "https://s3.example.org"
            region = "eu"
            path_style = false
            timeout = "500ms"

            [agent]
            admin = "127.0.0.1:9181"

            [edge]
            listen = "127.0.0.1:8081"
            tls_certificate = "/etc/aloft/cert.pem"
            tls_key = "/etc/aloft/key.pem"
            cache_memory_bytes = 2000000
            cache_folder = "/var/cache/aloft"
            cache_folder_bytes = 3000000
            compression = false
            trusted_proxies = ["10.0.0.0/8"]
            proxy_protocol = true
            connections_per_address = 50
            admin = "127.0.0.1:9180"
            admin_token = "an admin's token of enough bytes"
            notification_token = "another token, also of enough bytes"
            surrogate_keys = true
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

            [fleet]
            url = "rediss://aloft:word@cache.internal:7000"
            password_file = "/etc/aloft/redis"
            name = "shop"

            [[cdn]]
            type = "cloudflare"
            name = "front"
            folder = "/var/lib/aloft/cdn"
            sites = ["one"]
            url = "https://api.example.org"
            id = "0123abc"
            token = "a-token-of-cloudflare"
            token_file = "/etc/aloft/cloudflare"
            requests_per_minute = 300

            [[site]]
            name = "one"
            hosts = ["one.example.org", "www.one.example.org"]
            bucket = "media"
            prefix = "sites/one"
            fallback = "/srv/one/uploads"
            socket = "/run/aloft/one.sock"
            socket_group = "www-data"
            max_file_bytes = 1000
            object_cache_bytes = 64000000
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

            [site.backup]
            bucket = "backups"
            prefix = "all/one"
            keep_last = 5
            keep_hourly = 24
            keep_daily = 7
            keep_weekly = 4
            keep_monthly = 12
            keep_yearly = 3
            keep_tags = ["release"]
            signing_key = "a key of the backups, long enough"
            every = "6h"
            at = "03:10"
            verify = "5%"
            schedule = "hourly"
            database = "/srv/one/wp-config.php"
            database_name = "one"
            database_prefix = "wp_"

            [[site]]
            name = "two"
            bucket = "other"
            socket = "/run/aloft/two.sock"

            [site.fallback]
            provider = "aws"
            region = "eu-west-1"
            bucket = "attic"
            uploads = "wp-content/uploads"
            profile = "old"
            """;

    private static final SiteServingConfiguration EVERYTHING_SERVED = new SiteServingConfiguration(
            List.of(), Optional.empty(), Cors.NONE, List.of(), UploadsSite.ServingRules.DEFAULT);

    private static SiteAgentConfiguration defaultsOf(String socket) {
        return new SiteAgentConfiguration(
                Path.of(socket),
                Optional.empty(),
                SiteAgentConfiguration.MAX_FILE_BYTES,
                HeaderRules.NONE,
                AgentSite.LocalRules.NONE,
                Optional.empty());
    }

    @Test
    void theSmallestConfigurationHasAllDefaults() throws Exception {
        Configuration configuration = read(SMALLEST, Map.of());

        assertThat(configuration)
                .isEqualTo(new Configuration(
                        new StoreSettings(Provider.AWS, null, "eu-central-1", false, Duration.ofSeconds(20)),
                        new AgentConfiguration(Optional.empty()),
                        Optional.empty(),
                        PicturesConfiguration.DEFAULT,
                        Optional.empty(),
                        List.of(),
                        List.of(new SiteConfiguration(
                                "example",
                                "media",
                                FilePath.ROOT,
                                Optional.empty(),
                                defaultsOf("/run/aloft/example.sock"),
                                EVERYTHING_SERVED,
                                Optional.empty(),
                                Optional.empty()))));
    }

    @Test
    void everyKeyIsReadAsItIsWritten() throws Exception {
        Configuration configuration = read(EVERYTHING, Map.of());

        assertThat(configuration.s3())
                .isEqualTo(new StoreSettings(
                        Provider.CEPH, URI.create("https://s3.example.org"), "eu", false, Duration.ofMillis(500)));
        assertThat(configuration.agent().admin()).contains(InetSocketAddress.createUnresolved("127.0.0.1", 9181));
        EdgeConfiguration edge = configuration.edge().orElseThrow();
        assertThat(edge.listen()).isEqualTo(new ListenAddress("127.0.0.1", 8081));
        assertThat(edge.cache())
                .isEqualTo(new CacheSettings(
                        2_000_000, 1 << 20, Optional.of(Path.of("/var/cache/aloft")), 3_000_000, false));
        assertThat(edge.tls()).contains(new Tls(Path.of("/etc/aloft/cert.pem"), Path.of("/etc/aloft/key.pem")));
        assertThat(edge.trustedProxies()).isEqualTo(new TrustedProxies(List.of("10.0.0.0/8"), true));
        assertThat(edge.limits()).isEqualTo(EdgeSettings.Limits.DEFAULT.withConnectionsPerAddress(50));
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
        assertThat(configuration.fleet())
                .contains(new FleetConfiguration(
                        RedisAddress.parse("rediss://aloft:word@cache.internal:7000"),
                        Optional.of(Path.of("/etc/aloft/redis")),
                        "shop"));
        assertThat(configuration.cdns())
                .containsExactly(new CdnConfiguration(
                        "front",
                        CdnConfiguration.Type.CLOUDFLARE,
                        Path.of("/var/lib/aloft/cdn"),
                        List.of("one"),
                        Optional.of(URI.create("https://api.example.org")),
                        Optional.of("0123abc"),
                        Optional.of(new CdnApi.Token("a-token-of-cloudflare")),
                        Optional.of(Path.of("/etc/aloft/cloudflare")),
                        300));
        assertThat(edge.operators().notificationToken()).isPresent();
        assertThat(edge.surrogateKeys()).contains(true);
        assertThat(configuration.toString()).doesNotContain("word@", "a-token-of-cloudflare");
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
                                        new AgentSite.LocalRules(
                                                List.of("uploads/cache", "uploads/**.log"),
                                                Path.of("/var/lib/aloft/one")),
                                        Optional.of(64_000_000L)),
                                new SiteServingConfiguration(
                                        List.of("one.example.org", "www.one.example.org"),
                                        Optional.of(new Admission.ListedSizes(List.of("300x200", "1024x"))),
                                        new Cors(Set.of("https://app.example.org")),
                                        List.of(
                                                new UploadPath("/files/", FilePath.of("blogs.dir/2/files")),
                                                new UploadPath("/app/uploads/", UploadsFolder.UPLOADS)),
                                        new UploadsSite.ServingRules(
                                                new PathRules(List.of("uploads/reports", "uploads/**.bak")),
                                                new PathRules(List.of("uploads/backup/press")),
                                                false)),
                                Optional.of(new FallbackConfiguration.Folder(Path.of("/srv/one/uploads"))),
                                one.backup()),
                        new SiteConfiguration(
                                "two",
                                "other",
                                FilePath.ROOT,
                                Optional.empty(),
                                defaultsOf("/run/aloft/two.sock"),
                                EVERYTHING_SERVED,
                                Optional.of(new FallbackConfiguration.OtherBucket(
                                        Optional.of(StoreSettings.aws("eu-west-1")),
                                        Optional.of("old"),
                                        "attic",
                                        FilePath.of("wp-content/uploads"))),
                                Optional.empty()));
        SiteBackupConfiguration backup = one.backup().orElseThrow();
        assertThat(backup.signingKey().orElseThrow().bytes()).asString().isEqualTo("a key of the backups, long enough");
        assertThat(backup)
                .isEqualTo(new SiteBackupConfiguration(
                        "backups",
                        FilePath.of("all/one"),
                        new KeepRules(5, 24, 7, 4, 12, 3, Set.of("release")),
                        backup.signingKey(),
                        Optional.of(Duration.ofHours(6)),
                        Optional.of(LocalTime.of(3, 10)),
                        Optional.of(new Verification(0.05)),
                        "hourly",
                        Optional.of(Path.of("/srv/one/wp-config.php")),
                        Optional.of("one"),
                        Optional.of("wp_")));
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
                .distinct()
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
