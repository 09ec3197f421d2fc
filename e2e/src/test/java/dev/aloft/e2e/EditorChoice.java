package dev.aloft.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes each server use one of the image editors, as a request or else its environment says.
final class EditorChoice {

    static final String VARIABLE = "TEST_IMAGE_EDITOR";

    /// Header of a request, with a part of the class names of the editors that it may use.
    static final String HEADER = "Test-Image-Editor";

    /// Part of every editor's class name: the agent's comes first, and PHP's take over.
    static final String ANY = "editor";

    private EditorChoice() {}

    static String of(int server) {
        return server == 0 ? "GD" : "Imagick";
    }

    /// Adds a must-use plugin that keeps only the editor whose class name has the wanted library in it.
    static void install(Path documentRoot) throws IOException {
        Files.writeString(documentRoot.resolve("wp-content/mu-plugins/choose-editor.php"), """
                <?php
                add_filter('wp_image_editors', function (array $editors): array {
                    $wanted = $_SERVER['HTTP_TEST_IMAGE_EDITOR'] ?? getenv('TEST_IMAGE_EDITOR');
                    $wanted = strtolower((string) $wanted);
                    return array_filter($editors, fn (string $name): bool => str_contains(strtolower($name), $wanted));
                }, PHP_INT_MAX);
                """);
    }
}
