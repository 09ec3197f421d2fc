<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Failed queries, which WordPress answers as if nothing had been found.
 */
final class Database
{
    public const IDS_IN_A_QUERY = 500;

    /** The number of queries of this PHP request that have failed so far. */
    public static function failures(): int
    {
        return count($GLOBALS['EZSQL_ERROR'] ?? []);
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
        $before = self::failures();
        $result = $step();
        return self::failures() === $before
            ? $result
            : throw new \RuntimeException('the database cannot be read: ' . end($GLOBALS['EZSQL_ERROR'])['error_str']);
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
