package dev.aloft.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.lab.Command;
import dev.aloft.lab.DebianPackages;
import dev.aloft.server.agent.Agent;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.objectcache.ObjectCache;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.store.Store;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The tests of the PHP side, `wordpress/tests`, by Debian's phpunit, against a real agent on a real S3. `./check`
/// adds their counts up from `target/phpunit.xml`.
class PhpUnitTest {

    private static final String BUCKET = "media";

    @Test
    void theTestsOfThePhpSidePass() throws Exception {
        DebianPackages.of("php8.2-cli", "phpunit").require(System.err::println);
        run(ObjectCache.inMemory(64L << 20), List.of(), List.of(), "phpunit");
    }

    @Test
    void theTestsOfTheObjectCachePassWithTheFleetsServer() throws Exception {
        DebianPackages.of("php8.2-cli", "phpunit", "redis-server").require(System.err::println);
        Path folder = OpenFolder.create("aloft-redis");
        try (RedisServer redis = RedisServer.start(folder)) {
            RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
            FleetSettings fleet = new FleetSettings(address, FleetSettings.DEFAULT_NAME);
            try (ObjectCache cache = ObjectCache.ofFleet(fleet, BUCKET, 64L << 20, Optional.empty())) {
                run(cache, List.of(), List.of("--filter", "ObjectCache"), "phpunit-fleet");
            }
        } finally {
            OpenFolder.delete(folder);
        }
    }

    /// Skipped where Debian's php8.2-apcu is not installed.
    @Test
    void theTestsOfTheObjectCachePassWithApcu() throws Exception {
        DebianPackages.of("php8.2-cli", "phpunit").require(System.err::println);
        assumeThat(DebianPackages.of("php8.2-apcu").missing()).isEmpty();
        List<String> php = new ArrayList<>(List.of("-d", "apc.enable_cli=1"));
        if (!Command.of("php8.2", "-m").run().contains("apcu")) {
            php.addAll(List.of("-d", "extension=apcu.so"));
        }
        List<String> options = List.of("--filter", "ObjectCache(SharedMemory|Differential|)Test");
        run(ObjectCache.inMemory(64L << 20), php, options, "phpunit-apcu");
    }

    private static void run(ObjectCache cache, List<String> php, List<String> options, String log) throws Exception {
        Path folder = OpenFolder.create("aloft-phpunit");
        Path socket = folder.resolve("agent");
        try (TestS3 s3 = TestS3.embedded(folder.resolve("s3"));
                Store store = Store.open(s3.settings(s3.endpoint()), s3.accessKey(), s3.secretKey())) {
            s3.createBucket(BUCKET);
            FileTree files = new FileTree(store.bucket(BUCKET), FilePath.ROOT);
            AgentSite.LocalRules kept = new AgentSite.LocalRules(
                    List.of("uploads/tests-*/kept", "uploads/**.kept"), folder.resolve("kept"));
            AgentSite site = new AgentSite("phpunit", socket, null, files, 1L << 30)
                    .withLocal(kept)
                    .withObjectCache(cache);
            try (Agent _ = Agent.start(List.of(site))) {
                PhpUnit.assertPasses(phpUnit(socket, php, options, log), Checkout.folder("e2e/target/" + log + ".log"));
            }
        } finally {
            OpenFolder.delete(folder);
        }
    }

    private static ProcessBuilder phpUnit(Path socket, List<String> php, List<String> options, String log)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("php8.2"));
        words.addAll(php);
        words.addAll(List.of(
                "/usr/bin/phpunit",
                "--configuration",
                Checkout.folder("wordpress/phpunit.xml.dist").toString(),
                "--log-junit",
                Checkout.folder("e2e/target/" + log + ".xml").toString()));
        words.addAll(options);
        ProcessBuilder phpUnit =
                new ProcessBuilder(words).directory(Checkout.folder("wordpress").toFile());
        phpUnit.environment().put("ALOFT_SOCKET", socket.toString());
        phpUnit.environment().put("ALOFT_BUCKET", BUCKET);
        phpUnit.environment().put("ALOFT_WORDPRESS", Fleet.newestTree().folder().toString());
        return phpUnit;
    }
}
