<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The place in the site's code from which the agent is asked, for the failures that operators see.
 */
final class Caller
{
    private const CORE = '~^(?:wp-(?:admin|includes)/|[^/]+$)~';
    private const MAX_LENGTH = 200;

    /** Components that are shown of a path outside of the site. */
    private const COMPONENTS = 3;

    /** Paths in the names that PHP gives to closures and anonymous classes. */
    private const PATHS_IN_NAMES = ['/\{closure:.*/s' => '{closure}', '/\0.*/s' => ''];

    /** @var array<string, string> shown paths by file, since a call from WordPress leads through dozens of its files */
    private static array $shown = [];

    /**
     * File, line and function, such as "wp-content/plugins/shop/export.php:12 Shop\Export::save": the innermost place
     * in a plugin or theme, else the innermost in WordPress. Printable ASCII without the site's path on the server;
     * empty if there is none.
     */
    public static function now(): string
    {
        $calls = debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS);
        $own = dirname(__DIR__) . '/';
        $found = '';
        foreach ($calls as $index => $call) {
            $file = $call['file'] ?? __FILE__; // PHP itself has called it.
            if (str_starts_with($file, $own)) {
                continue;
            }
            $file = self::$shown[$file] ??= self::shown($file);
            $isCore = preg_match(self::CORE, $file) === 1;
            if ($found === '' || !$isCore) {
                $found = "$file:{$call['line']}" . self::function($calls[$index + 1] ?? []);
            }
            if (!$isCore) {
                break;
            }
        }
        return substr((string) preg_replace('/[^\x20-\x7e]/', '?', $found), 0, self::MAX_LENGTH);
    }

    /** A path from WordPress's folder, or from that of content or plugins; else its last components. */
    private static function shown(string $file): string
    {
        foreach (['ABSPATH', 'WP_CONTENT_DIR', 'WP_PLUGIN_DIR'] as $name) {
            $folder = defined($name) ? (string) constant($name) : '';
            foreach ($folder === '' ? [] : [$folder, realpath($folder) ?: $folder] as $root) {
                $root = rtrim($root, '/') . '/';
                if (str_starts_with($file, $root)) {
                    return ($name === 'ABSPATH' ? '' : basename($root) . '/') . substr($file, strlen($root));
                }
            }
        }
        return implode('/', array_slice(explode('/', $file), -self::COMPONENTS));
    }

    /** @param array<string, mixed> $call around the place; empty outside of functions */
    private static function function(array $call): string
    {
        return $call === [] ? '' : ' ' . implode('', (array) preg_replace(
            array_keys(self::PATHS_IN_NAMES),
            array_values(self::PATHS_IN_NAMES),
            [$call['class'] ?? '', $call['type'] ?? '', $call['function']],
        ));
    }
}
