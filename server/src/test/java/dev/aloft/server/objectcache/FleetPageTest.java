package dev.aloft.server.objectcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.aloft.server.fleet.FleetBus;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import dev.aloft.server.redis.RedisConnection;
import dev.aloft.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The permissions of `docs/how-to/fleet.md`, on a server.
final class FleetPageTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void theUserOfThePageMayDoWhatAFleetNeedsAndNoMore(@TempDir Path folder) throws IOException {
        Path page = Path.of(System.getProperty("aloft.root"), "docs/how-to/fleet.md");
        List<String> lines = Files.readAllLines(page).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("ACL SETUSER "))
                .toList();
        assertThat(lines).hasSize(3);
        try (RedisServer redis = RedisServer.start(folder)) {
            RedisAddress server = RedisAddress.parse("redis://127.0.0.1:" + redis.port());
            RedisAddress user = RedisAddress.parse("redis://aloft:PASSWORD@127.0.0.1:" + redis.port());
            FleetSettings settings = new FleetSettings(user, FleetSettings.DEFAULT_NAME);
            try (RedisConnection operator = RedisConnection.open(server, LIMIT)) {
                operator.call(List.of((Object[]) lines.getFirst().split(" ")));
                FleetBus.tryServer(settings, LIMIT);
                assertThatIOException().isThrownBy(() -> RedisObjectCache.tryServer(settings));
                for (String line : lines) {
                    operator.call(List.of((Object[]) line.split(" ")));
                }
            }
            RedisObjectCache.tryServer(settings);
            try (ObjectCache cache = ObjectCache.ofFleet(settings, "site", 0, Optional.empty())) {
                byte[] listed =
                        cache.answer("keys 0\n".getBytes(UTF_8), _ -> {}).getLast();
                assertThat(new String(listed, UTF_8)).isEqualTo("list 0 0\n");
            }
            try (RedisConnection other = RedisConnection.open(user, LIMIT)) {
                assertThatIOException().isThrownBy(() -> other.call(List.of("GET", "another:key")));
                assertThatIOException().isThrownBy(() -> other.call(List.of("FLUSHALL")));
            }
        }
    }
}
