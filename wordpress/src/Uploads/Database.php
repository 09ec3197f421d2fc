<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Failed queries, which WordPress answers as if nothing had been found.
 */
final class Database
{
    public const IDS_IN_A_QUERY = 500;

    /** Counts lost connections. */
    private static int $lost = 0;

    /** True where WordPress has its own connection to the database. */
    private static bool $isConnected = false;

    /** Finds a lost connection before the next query, which may make another one. */
    public static function register(Hooks $hooks): void
    {
        self::$isConnected = !self::isWithoutConnection();
        $hooks->add('query', static function (mixed $query): mixed {
            self::$lost += (int) self::isLost();
            return $query;
        }, PHP_INT_MIN);
    }

    /** A number that grows with each query of this PHP request that fails. */
    public static function failures(): int
    {
        self::$lost += (int) self::isLost();
        return count($GLOBALS['EZSQL_ERROR'] ?? []) + self::$lost;
    }

    /** From template_redirect on, WordPress reports no error for queries without a connection. */
    private static function isLost(): bool
    {
        return self::$isConnected && self::isWithoutConnection() && did_action('template_redirect') > 0;
    }

    private static function isWithoutConnection(): bool
    {
        $database = $GLOBALS['wpdb'] ?? null;
        return !$database instanceof \wpdb || empty($database->dbh) || !$database->ready;
    }

    /**
     * Returns what a step has read.
     *
     * @template T
     * @param \Closure(): T $step
     * @return T
     * @throws \RuntimeException if a query failed meanwhile
     */
    public static function read(\Closure $step): mixed
    {
        $known = count($GLOBALS['EZSQL_ERROR'] ?? []);
        $before = self::failures();
        $result = $step();
        if (self::failures() === $before) {
            return $result;
        }
        $errors = array_slice($GLOBALS['EZSQL_ERROR'] ?? [], $known);
        $reason = end($errors)['error_str'] ?? 'the connection was lost';
        throw new \RuntimeException("the database cannot be read: $reason");
    }

    /**
     * Caches the metadata of posts.
     *
     * @param array<int> $ids
     */
    public static function fetchMetadata(array $ids): void
    {
        $before = self::failures();
        foreach (array_chunk($ids, self::IDS_IN_A_QUERY) as $some) {
            update_meta_cache('post', $some);
        }
        if (self::failures() > $before) {
            wp_cache_delete_multiple($ids, 'post_meta'); // WordPress has cached that they have none
        }
    }
}
