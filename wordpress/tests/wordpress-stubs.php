<?php

/**
 * What the object cache calls of WordPress, for tests without one.
 */

declare(strict_types=1);

function is_multisite(): string
{
    return get_current_blog_id() === 0 ? '' : '1'; // as in many a wp-config.php
}

function get_current_blog_id(): int
{
    return $GLOBALS['aloft_test_blog'] ?? 0;
}

function wp_suspend_cache_addition(): bool
{
    return $GLOBALS['aloft_test_suspended'] ?? false;
}

function wp_load_translations_early(): void
{
}

function __(string $text): string
{
    return $text;
}

function _doing_it_wrong(string $function, string $message, string $version): void
{
    $GLOBALS['aloft_test_wrong'][] = $message;
}
