<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * Random calls of the object cache and of WordPress's own, which must return the same. WordPress's code is in the
 * folder ALOFT_WORDPRESS. ALOFT_SEED and ALOFT_OPERATIONS repeat and lengthen a run.
 */
final class ObjectCacheDifferentialTest extends ObjectCacheTestCase
{
    private const OPERATIONS = 4000;
    private const GROUPS = ['', 'default', 'posts', 'users', 'options', 'counts', '0', "odd \0 group"];

    /** @dataProvider installations */
    public function testRandomCallsReturnTheSame(int $blog): void
    {
        $seed = (int) (getenv('ALOFT_SEED') ?: random_int(1, PHP_INT_MAX));
        mt_srand($seed);
        $GLOBALS['aloft_test_blog'] = $blog;
        $model = self::ofWordPress();
        $cache = self::begin($model);
        $operations = (int) (getenv('ALOFT_OPERATIONS') ?: self::OPERATIONS);
        for ($i = 0; $i < $operations; $i++) {
            if (mt_rand(0, 9) === 0) {
                $cache = self::begin($model);
            }
            [$method, $arguments] = self::operation($blog !== 0);
            $expected = $model->$method(...$arguments);
            $actual = $cache->$method(...$arguments);
            $call = "ALOFT_SEED=$seed, operation $i: $method(" . var_export($arguments, true) . ')';
            self::assertSame(serialize($expected), serialize($actual), $call);
        }
    }

    /** @return array<string, array{int}> */
    public static function installations(): array
    {
        return ['one site' => [0], 'a network' => [3]];
    }

    /** The next PHP request, which sees what the ones before it have stored. */
    private static function begin(object $model): \WP_Object_Cache
    {
        $cache = self::request();
        foreach ([$cache, $model] as $each) {
            $each->add_global_groups(['users']);
            $each->switch_to_blog($GLOBALS['aloft_test_blog']);
        }
        return $cache;
    }

    /** @return array{string, list<mixed>} a method and its arguments */
    private static function operation(bool $isNetwork): array
    {
        $group = self::GROUPS[array_rand(self::GROUPS)];
        $key = self::key();
        $data = [self::key() => self::value(), self::key() => self::value(), self::key() => self::value()];
        $operations = [
            ['get', [$key, $group]],
            // After a second read of an option, a write of it may be rejected: it counts from the first one.
            ['get', [$key, $group, $group !== 'options']],
            ['get_multiple', [array_keys($data), $group]],
            ['set', [$key, self::value(), $group]],
            ['set_multiple', [$data, $group, 1000]],
            ['add', [$key, self::value(), $group, 1000]],
            ['add_multiple', [$data, $group]],
            ['replace', [$key, self::value(), $group]],
            ['delete', [$key, $group]],
            ['delete_multiple', [array_keys($data), $group]],
            ['incr', [$key, mt_rand(-5, 20), $group]],
            ['decr', [$key, mt_rand(-5, 20), $group]],
            ['switch_to_blog', [mt_rand(3, 4)]],
        ];
        if (mt_rand(0, 30) === 0) {
            return mt_rand(0, 3) === 0 ? ['flush', []] : ['flush_group', [$group]];
        }
        return $operations[array_rand($operations)];
    }

    private static function key(): int|string
    {
        $keys = [1, '1', 'one', '01', "a b", "\0", '3:1', 'ü'];
        return $keys[array_rand($keys)];
    }

    private static function value(): mixed
    {
        $values = [0, 1, -3, PHP_INT_MAX, 10 ** 18, '5', ' 5', '5 ', 'x', '', 1.5, -0.5, true, false, null, []];
        array_push($values, [1, 'a' => null], (object) ['a' => [1]]);
        return $values[array_rand($values)];
    }

    private static function ofWordPress(): object
    {
        $file = getenv('ALOFT_WORDPRESS') . '/wp-includes/class-wp-object-cache.php';
        if (!is_file($file)) {
            self::markTestSkipped('ALOFT_WORDPRESS names no folder with WordPress');
        }
        if (!class_exists('Aloft_Test_Object_Cache', false)) {
            $code = file_get_contents($file);
            eval('?>' . preg_replace('/^class WP_Object_Cache\b/m', 'class Aloft_Test_Object_Cache', $code));
        }
        return new \Aloft_Test_Object_Cache();
    }
}
