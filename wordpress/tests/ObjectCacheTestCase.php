<?php

declare(strict_types=1);

namespace Aloft\Tests;

use PHPUnit\Framework\TestCase;

/**
 * The object cache without WordPress: each object is what one PHP request has. The agent's cache is empty at the start
 * of each test.
 */
abstract class ObjectCacheTestCase extends TestCase
{
    public static function setUpBeforeClass(): void
    {
        require_once __DIR__ . '/wordpress-stubs.php';
        if (!function_exists('wp_cache_init')) {
            require_once dirname(__DIR__) . '/object-cache.php';
        }
        if (!defined('WP_CACHE_KEY_SALT')) {
            define('WP_CACHE_KEY_SALT', bin2hex(random_bytes(6))); // this process and its children only
            define('ALOFT_OBJECT_CACHE_APCU', function_exists('apcu_enabled') && apcu_enabled());
        }
    }

    protected function setUp(): void
    {
        self::request()->flush();
    }

    protected function tearDown(): void
    {
        $GLOBALS['aloft_test_blog'] = 0;
        $_SERVER = array_diff_key($_SERVER, ['REQUEST_URI' => true]);
    }

    protected static function request(): \WP_Object_Cache
    {
        return new \WP_Object_Cache();
    }

    /** Code that begins a PHP process with the same cache. */
    protected static function loading(string $dropIn): string
    {
        return "define('WP_CACHE_KEY_SALT', '" . WP_CACHE_KEY_SALT . "');"
            . " require '" . __DIR__ . "/wordpress-stubs.php'; require '$dropIn';";
    }

    /** Whether and what a new request reads. */
    protected static function stored(int|string $key, string $group = 'default'): mixed
    {
        $value = self::request()->get($key, $group, false, $found);
        return $found ? $value : 'nothing';
    }
}
