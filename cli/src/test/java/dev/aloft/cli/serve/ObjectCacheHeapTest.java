package dev.aloft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
final class ObjectCacheHeapTest {

    @TempDir
    Path folder;

    @Test
    void objectCachesLeaveRoomInTheHeap() throws Exception {
        Path file = Files.writeString(folder.resolve("aloft.toml"), """
                [s3]
                region = "eu-central-1"

                [[site]]
                name = "example"
                bucket = "media"
                socket = "/run/aloft/example.sock"
                object_cache_bytes = 64000000
                """);
        List<SiteConfiguration> sites = Configuration.read(file, Map.of()).sites();

        ObjectCacheHeap.of(sites, (256 << 20) + 128_000_000).require();
        assertThatThrownBy(() ->
                        ObjectCacheHeap.of(sites, (256 << 20) + 127_999_999).require())
                .isInstanceOf(Failure.class)
                .hasMessageContaining("64000000 bytes");
        assertThat(ObjectCacheHeap.of(sites, 1L << 40).share(64_000_000)).isEqualTo(64_000_000);
        assertThat(ObjectCacheHeap.of(sites, (256 << 20) + 64_000_000).share(64_000_000))
                .as("copies of a fleet's values")
                .isEqualTo(32_000_000);
    }
}
