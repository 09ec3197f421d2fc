<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;

/**
 * Manages the object cache in the agent of this server.
 */
final class ObjectCacheCommands
{
    private const NO_CACHE = 'the agent has no object cache: set object_cache_bytes in aloft.toml';

    private const MAX_LISTED = 1000;

    /** Static, because WP-CLI creates the object by its class name. */
    private static Files $files;

    /** Registers `wp aloft object-cache …`. */
    public static function register(Files $files): void
    {
        self::$files = $files;
        if (defined('WP_CLI') && WP_CLI) {
            \WP_CLI::add_command('aloft object-cache', self::class);
        }
    }

    /**
     * Installs the drop-in wp-content/object-cache.php, or updates it.
     *
     * ## OPTIONS
     *
     * [--force]
     * : Replace the drop-in of another plugin.
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function enable(array $args, array $options): void
    {
        $dropIn = ObjectCacheDropIn::ofThisSite();
        self::ensure(
            !$dropIn->exists() || $dropIn->isOurs() || !empty($options['force']),
            "{$dropIn->path()} belongs to another plugin: remove it, or use --force",
        );
        self::ensure(self::statistics() !== null, self::NO_CACHE);
        self::ensure($dropIn->install(), "cannot write {$dropIn->path()}: copy object-cache.php there yourself");
        \WP_CLI::success('The object cache is in the agent, from the next request on.');
    }

    /**
     * Removes the drop-in.
     */
    public function disable(): void
    {
        $dropIn = ObjectCacheDropIn::ofThisSite();
        self::ensure(!$dropIn->exists() || $dropIn->isOurs(), "{$dropIn->path()} belongs to another plugin");
        self::ensure(!$dropIn->exists() || $dropIn->remove(), "cannot delete {$dropIn->path()}");
        \WP_CLI::success('The object cache lasts for one request only.');
    }

    /**
     * Shows whether the object cache is in use.
     */
    public function status(): void
    {
        $dropIn = ObjectCacheDropIn::ofThisSite();
        \WP_CLI::log('drop-in: ' . match (true) {
            !$dropIn->exists() => 'not installed',
            !$dropIn->isOurs() => 'of another plugin',
            $dropIn->isOff() => 'installed, and switched off in composer.json (modules.cloud.redis)',
            !$dropIn->isCurrent() => 'installed, of another version: wp aloft object-cache enable updates it',
            default => 'installed',
        });
        \WP_CLI::log('agent: ' . (self::statistics() === null ? 'no object cache (object_cache_bytes)' : 'ready'));
    }

    /**
     * Deletes all cached values.
     */
    public function flush(): void
    {
        self::ensure(ObjectCacheDropIn::ofThisSite()->isOurs(), 'the object cache is not in the agent');
        wp_cache_flush();
        \WP_CLI::success('The object cache is empty.');
    }

    /**
     * Shows the agent's counts since its start.
     */
    public function stats(): void
    {
        $statistics = self::statistics();
        self::ensure($statistics !== null, self::NO_CACHE);
        foreach ($statistics as $name => $count) {
            \WP_CLI::log("$name: " . (is_bool($count) ? ($count ? 'yes' : 'no') : $count));
        }
        $reads = $statistics['hits'] + $statistics['misses'];
        \WP_CLI::log('hit ratio: ' . ($reads === 0 ? '-' : round(100 * $statistics['hits'] / $reads) . ' %'));
    }

    /**
     * Lists cached keys with the sizes of their values, in no order. Keys that are used meanwhile may be listed twice,
     * or be missing.
     *
     * ## OPTIONS
     *
     * [--group=<group>]
     * : Only keys of this group.
     *
     * [--limit=<number>]
     * : The most keys that are listed; 0 for all.
     * ---
     * default: 1000
     * ---
     *
     * [--format=<format>]
     * : table, csv, json, yaml, ids or count.
     * ---
     * default: table
     * ---
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function keys(array $args, array $options): void
    {
        $limit = (int) ($options['limit'] ?? self::MAX_LISTED);
        $rows = [];
        try {
            foreach (CachedKey::all() as $key) {
                if (($options['group'] ?? $key->group) === $key->group) {
                    $rows[] = [
                        'group' => $key->group,
                        'key' => $key->id,
                        'bytes' => $key->bytes,
                        'expires' => $key->seconds === 0 ? '-' : "{$key->seconds} s",
                    ];
                }
                if ($limit > 0 && count($rows) >= $limit) {
                    break;
                }
            }
        } catch (AgentException $failure) {
            \WP_CLI::error($failure->getMessage());
        }
        $columns = ['group', 'key', 'bytes', 'expires'];
        \WP_CLI\Utils\format_items((string) ($options['format'] ?? 'table'), $rows, $columns);
    }

    /** @return ?array<string, int|bool> null if the agent has no object cache */
    private static function statistics(): ?array
    {
        try {
            return self::$files->status()['object_cache'] ?? null;
        } catch (AgentException $failure) {
            \WP_CLI::error($failure->getMessage());
        }
    }

    private static function ensure(bool $holds, string $message): void
    {
        if (!$holds) {
            \WP_CLI::error($message);
        }
    }
}
