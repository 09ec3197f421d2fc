<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Failed queries, which WordPress answers as if nothing had been found.
 */
final class Database
{
    /** The number of queries of this PHP request that have failed so far. */
    public static function failures(): int
    {
        return count($GLOBALS['EZSQL_ERROR'] ?? []);
    }

    /**
     * What a step has read.
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
}
