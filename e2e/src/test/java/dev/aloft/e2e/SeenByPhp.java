package dev.aloft.e2e;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Answers of PHP's own functions about an `s3://` path on one server, as any plugin there would hear it.
///
/// @param exists `file_exists`
/// @param sha256 `hash_file`, which opens and reads it; empty when that fails
/// @param neighbours `scandir` of its directory; empty when that fails
record SeenByPhp(boolean exists, String sha256, Set<String> neighbours) {

    SeenByPhp {
        neighbours = Set.copyOf(neighbours);
    }

    static SeenByPhp on(WordPress server, String path) throws IOException, InterruptedException {
        JsonNode json = server.ask("/fleet/v1/file?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8))
                .json();
        Set<String> neighbours = new TreeSet<>();
        for (JsonNode name : json.path("neighbours")) {
            neighbours.add(name.asString());
        }
        return new SeenByPhp(
                json.path("exists").asBoolean(), json.path("sha256").asString(), neighbours);
    }

    /// Adds a must-use plugin that answers for [#on].
    static void install(Path documentRoot) throws IOException {
        Files.writeString(documentRoot.resolve("wp-content/mu-plugins/seen-by-php.php"), """
                <?php
                add_action('rest_api_init', function (): void {
                    register_rest_route('fleet/v1', '/file', [
                        'permission_callback' => fn (): bool => current_user_can('upload_files'),
                        'callback' => fn (WP_REST_Request $request): array => [
                            'exists' => file_exists($request['path']),
                            'sha256' => @hash_file('sha256', $request['path']) ?: '',
                            'neighbours' => @scandir(dirname($request['path'])) ?: [],
                        ],
                    ]);
                });
                """);
    }
}
