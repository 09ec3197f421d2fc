<?php

/**
 * Plugin Name: Aloft
 * Description: Keeps this site's uploads in S3, as files under s3://, through the Aloft agent of this server.
 * Requires at least: 6.1
 * Requires PHP: 8.1
 * License: Apache-2.0
 * Text Domain: aloft
 */

declare(strict_types=1);

namespace Aloft;

spl_autoload_register(static function (string $class): void {
    if (!str_starts_with($class, __NAMESPACE__ . '\\')) {
        return;
    }
    $file = __DIR__ . '/src/' . strtr(substr($class, strlen(__NAMESPACE__) + 1), '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

require_once __DIR__ . '/src/Stream/functions.php';

Plugin::startUnlessSwitchedOff();
