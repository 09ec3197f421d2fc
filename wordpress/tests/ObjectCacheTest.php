<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\ObjectCache\Project;

final class ObjectCacheTest extends ObjectCacheTestCase
{
    /** @dataProvider values */
    public function testAValueIsReadAsItWasWritten(mixed $value): void
    {
        self::assertTrue(self::request()->set('key', $value));
        self::assertEquals($value, self::stored('key'));
        self::assertSame(gettype($value), gettype(self::stored('key')));
    }

    /** @return array<string, array{mixed}> */
    public static function values(): array
    {
        return [
            'zero' => [0], 'negative' => [-17], 'largest' => [PHP_INT_MAX], 'smallest' => [PHP_INT_MIN],
            'digits' => ['42'], 'digits and a line break' => ["42\n"], 'fraction' => [1.5], 'infinity' => [INF],
            'false' => [false], 'true' => [true], 'null' => [null], 'empty' => [''], 'bytes' => ["\0\xff\r\n\x1f\x8b"],
            'array' => [['a' => [1, 'b' => null]]], 'empty array' => [[]], 'object' => [(object) ['a' => 1]],
            'serialized' => ['b:0;'], 'long' => [str_repeat('abc', 700_000)],
        ];
    }

    /** The function of PHP's extension, which Debian does not have, by the program that writes the same format. */
    public function testAValueThatOnlyAnotherServerCanDecompressIsAbsent(): void
    {
        if (trim((string) shell_exec('command -v zstd')) === '') {
            self::markTestSkipped('zstd is not installed');
        }
        $zstd = 'function zstd($options, $bytes) { $file = tempnam(sys_get_temp_dir(), "zstd");'
            . ' file_put_contents($file, $bytes); $made = shell_exec("zstd -q $options -c $file"); unlink($file);'
            . ' return (string) $made; }'
            . ' function zstd_compress($bytes, $level) { return zstd("-$level", $bytes); }'
            . ' function zstd_uncompress($bytes) { return zstd("-d", $bytes); }';
        $lz4 = 'function lz4_compress($bytes) { return strrev(gzdeflate($bytes)); }'
            . ' function lz4_uncompress($bytes) { return gzinflate(strrev($bytes)); }';
        $read = '$cache = new WP_Object_Cache(); echo md5((string) $cache->get("large"));';
        $large = str_repeat('abc', 700_000);
        foreach ([$zstd, $lz4] as $extension) {
            $write = '(new WP_Object_Cache())->set("large", str_repeat("abc", 700_000));';
            self::assertSame('', self::php($extension, $write));
            self::assertSame('nothing', self::stored('large'));
            self::assertSame(md5($large), self::php($extension, $read));
            self::assertLessThan(100_000, self::keys()[0][2]);

            self::request()->set('large', $large);
            self::assertSame(md5($large), self::php($extension, $read), 'gzip is known everywhere');
        }
    }

    private static function php(string $before, string $code): string
    {
        $all = $before . self::loading(dirname(__DIR__) . '/object-cache.php') . $code;
        return Child::run($all, [], [], (string) getenv('ALOFT_SOCKET'))->output;
    }

    public function testKeysOfTheInstallationAreListed(): void
    {
        $cache = self::request();
        $cache->set("k\n\u{e4}", 'value', 'group one');
        $cache->set('brief', 12345, 'group two', 100);
        $all = self::keys();
        usort($all, fn (array $a, array $b): int => $a[0] <=> $b[0]);
        self::assertSame([['group one', "k\n\u{e4}"], ['group two', 'brief']], array_map(
            fn (array $key): array => array_slice($key, 0, 2),
            $all,
        ));
        self::assertSame([5, 0], [$all[1][2], $all[0][3]]);
        self::assertEqualsWithDelta(90, $all[1][3], 10);
    }

    /** @return list<array{string, string, int, int}> */
    private static function keys(): array
    {
        $cursor = '0';
        $all = [];
        do {
            [$cursor, $keys] = self::request()->keys($cursor);
            $all = [...$all, ...$keys];
        } while ($cursor !== '0');
        return $all;
    }

    public function testAbsentAndFalseDiffer(): void
    {
        self::request()->set('false', false);
        $cache = self::request();
        self::assertFalse($cache->get('false', '', false, $found));
        self::assertTrue($found);
        self::assertFalse($cache->get('absent', '', false, $found));
        self::assertFalse($found);
        self::assertSame([1, 1], [$cache->cache_hits, $cache->cache_misses]);
    }

    public function testObjectsAreValues(): void
    {
        $object = (object) ['a' => 1];
        $cache = self::request();
        $cache->set('key', $object);
        $object->a = 2;
        self::assertSame(1, $cache->get('key')->a);
        $cache->get('key')->a = 3;
        self::assertSame(1, $cache->get('key')->a);
    }

    public function testWhatCannotBeStoredLastsForTheRequest(): void
    {
        foreach ([fn () => 1, [fn () => 1], STDERR] as $value) {
            self::request()->set('key', 'old');
            $cache = self::request();
            self::assertTrue($cache->set('key', $value));
            self::assertEquals($value, $cache->get('key'));
            self::assertSame('nothing', self::stored('key'), 'its old value is gone');
        }
        self::request()->set('key', 'there');
        self::assertFalse(self::request()->add('key', fn () => 1));
        self::assertTrue(self::request()->replace('key', fn () => 1));
        self::assertFalse(self::request()->replace('key', fn () => 1));
        self::assertTrue(self::request()->add('key', fn () => 1));
    }

    /**
     * @dataProvider projects
     * @param array<string, mixed> $altis
     */
    public function testItIsOffWhereAltisWouldHaveItOff(array $altis, bool $isOff): void
    {
        self::assertSame(!$isOff, Project::isOn($altis, 'production'));
    }

    /** @return iterable<string, array{array<string, mixed>, bool}> those of another switch */
    public static function projects(): iterable
    {
        foreach (AltisSwitchesTest::projects() as $name => [$altis, $isOff]) {
            $json = strtr(json_encode($altis), ['s3-uploads' => 'redis', 'redis' => 's3-uploads']);
            yield $name => [json_decode($json, true), $isOff];
        }
    }

    public function testASwitchedOffObjectCacheIsWordPresss(): void
    {
        $folder = sys_get_temp_dir() . '/aloft-project-' . bin2hex(random_bytes(6));
        mkdir("$folder/wordpress", 0700, true);
        $code = "define('ABSPATH', '$folder/wordpress/');" . self::loading(dirname(__DIR__) . '/object-cache.php')
            . ' if (!function_exists("wp_cache_init")) { exit("off"); }'
            . ' $cache = new WP_Object_Cache(); echo $cache->get("key") ?: "nothing"; $cache->set("key", "found");';
        $read = static function (string $switch) use ($folder, &$code): string {
            $json = '{"extra": {"altis": {"modules": {"cloud": {"redis": ' . $switch . '}}}}}';
            file_put_contents("$folder/composer.json", $json);
            return Child::run($code)->output;
        };
        self::assertSame('nothing', $read('true'));
        self::assertSame('off', $read('false'));
        sleep(1); // the resolution of ctime in PHP
        self::assertSame('nothing', $read('true'), 'what has changed meanwhile is not known');
        self::assertSame('found', Child::run($code)->output);
        $code = 'define("ALOFT_OBJECT_CACHE_VERSION", "switch"); ' . $code;
        self::assertSame(['nothing', 'found'], [$read('true'), $read('true')]);
        self::assertSame(['off', 'nothing', 'found'], [$read('false'), $read('true'), $read('true')]);
        unlink("$folder/composer.json");
        rmdir("$folder/wordpress");
        rmdir($folder);
    }

    public function testAValueThatIsTooLargeLastsForTheRequestAndIsReportedOnce(): void
    {
        self::request()->set('large', 'old');
        $code = self::loading(dirname(__DIR__) . '/object-cache.php') . ' $cache = new WP_Object_Cache();'
            . ' $large = random_bytes(8 << 20); $cache->set("large", $large); $cache->set("another", $large);'
            . ' echo $cache->get("large") === $large ? "kept" : "lost";';
        $output = Child::run($code)->output;
        self::assertStringEndsWith('kept', $output);
        self::assertSame(1, preg_match_all('/does not store default\/large: \d+ bytes are too large/', $output));
        self::assertSame(1, substr_count($output, 'does not store'));
        self::assertSame('nothing', self::stored('large'));
    }

    public function testAValueOfAClassThatIsGoneIsAnIncompleteObject(): void
    {
        $class = 'Gone' . bin2hex(random_bytes(4));
        Child::run(
            self::loading(dirname(__DIR__) . '/object-cache.php')
            . " class $class {} (new WP_Object_Cache())->set('key', new $class());",
        );
        self::assertInstanceOf(\__PHP_Incomplete_Class::class, self::stored('key'));
    }

    public function testKeysAndGroupsAreAnyText(): void
    {
        $texts = ["a b", "a\nb", "a\0b", 'a:b', 'ä€😀', "\xff\xfe", '../../x', str_repeat('k', 1000)];
        $texts = [...$texts, str_repeat('k', 1001), str_repeat('k', 100_000), '0', '007', '-1', "\0lists"];
        $cache = self::request();
        foreach ($texts as $i => $group) {
            foreach ($texts as $j => $key) {
                self::assertTrue($cache->set($key, "$i $j", $group));
            }
        }
        $cache = self::request();
        foreach ($texts as $i => $group) {
            foreach ($cache->get_multiple($texts, $group) as $key => $value) {
                $same = $group === '0' ? 'default' : $i . ' ' . array_search((string) $key, $texts, true);
                $same === 'default' || self::assertSame($same, $value, "$group, $key");
            }
        }
    }

    public function testInvalidKeysAreReported(): void
    {
        $cache = self::request();
        $GLOBALS['aloft_test_wrong'] = [];
        foreach (['', ' ', null, 1.5, [], new \stdClass()] as $key) {
            self::assertFalse($cache->set($key, 1));
            self::assertFalse($cache->get($key));
            self::assertFalse($cache->delete($key));
            self::assertFalse($cache->incr($key));
        }
        self::assertSame(['' => false, 'a' => true], $cache->set_multiple(['' => 1, 'a' => 2]));
        self::assertSame(['a' => 2, '' => false], $cache->get_multiple(['a', '']));
        self::assertCount(26, $GLOBALS['aloft_test_wrong']);
    }

    public function testSitesOfANetworkShareGlobalGroupsOnly(): void
    {
        $GLOBALS['aloft_test_blog'] = 1;
        $cache = self::request();
        $cache->add_global_groups(['users', 'site-options']);
        foreach ([1, 2, 12] as $blog) {
            $cache->switch_to_blog($blog);
            $cache->set('key', "of $blog", 'posts');
            $cache->set('2:key', "colon of $blog", 'posts');
            $cache->set('key', "user of $blog", 'users');
        }
        $GLOBALS['aloft_test_blog'] = 2;
        $cache = self::request();
        $cache->add_global_groups('users');
        self::assertSame('of 2', $cache->get('key', 'posts'));
        self::assertSame('colon of 2', $cache->get('2:key', 'posts'));
        self::assertSame('user of 12', $cache->get('key', 'users'));
        $cache->flush_group('posts');
        self::assertSame('user of 12', self::request()->get('2:key', 'posts') ?: $cache->get('key', 'users'));
    }

    public function testAGroupThatIsNotPersistentStaysInTheRequest(): void
    {
        $cache = self::request();
        $cache->add_non_persistent_groups('counts');
        $cache->set('key', 1, 'counts');
        self::assertSame(2, $cache->incr('key', 1, 'counts'));
        self::assertFalse($cache->add('key', 3, 'counts'));
        self::assertSame(2, $cache->get('key', 'counts'));
        self::assertSame('nothing', self::stored('key', 'counts'));
        self::assertTrue($cache->delete('key', 'counts'));
        self::assertFalse($cache->replace('key', 1, 'counts'));
        self::assertSame(0, $cache->exchanges());
    }

    public function testFlushedValuesAreGone(): void
    {
        foreach (['a', 'b'] as $group) {
            self::request()->set('key', $group, $group);
        }
        $cache = self::request();
        $cache->set('mine', 1);
        $cache->flush_runtime();
        self::assertSame(1, $cache->get('mine'));
        $cache->flush_group('a');
        self::assertSame(['nothing', 'b'], [self::stored('key', 'a'), self::stored('key', 'b')]);
        $cache->flush();
        self::assertFalse($cache->get('mine'));
        self::assertSame('nothing', self::stored('key', 'b'));
    }

    public function testValuesExpire(): void
    {
        $cache = self::request();
        $cache->set('gone', 1, '', -1);
        $cache->set('there', 1, '', 1000);
        self::assertSame([false, 1], [$cache->get('gone'), $cache->get('there')]);
        self::assertSame(['nothing', 1], [self::stored('gone'), self::stored('there')]);
    }

    public function testNumbersAreCountedByTheAgent(): void
    {
        self::request()->set('n', 5);
        [$one, $two] = [self::request(), self::request()];
        self::assertSame([5, 5], [$one->get('n'), $two->get('n')]);
        self::assertSame([8, 7], [$one->incr('n', 3), $two->decr('n')]);
        self::assertSame(7, self::stored('n'));
        self::assertSame(0, $one->decr('n', 100));
        self::assertFalse($one->incr('absent'));
        foreach (['12' => 13, 'text' => 1, '1.5' => 2.5] as $value => $sum) {
            $one->set('n', (string) $value);
            self::assertSame($sum, $one->incr('n'));
            self::assertSame($sum, self::stored('n'));
        }
    }

    public function testAddIsDecidedByTheAgent(): void
    {
        [$one, $two] = [self::request(), self::request()];
        self::assertFalse($one->get('lock'));
        self::assertFalse($two->get('lock'));
        self::assertSame([true, false], [$one->add('lock', 1), $two->add('lock', 2)]);
        self::assertSame(1, $two->get('lock'));
        $one->delete('lock');
        $two->flush_runtime();
        self::assertTrue($two->add('lock', 2), 'released');
    }

    public function testAPageGetsInOneExchangeWhatItNeededBefore(): void
    {
        self::request()->set_multiple(['a' => 1, 'b' => 2, 'c' => 3], 'group');
        $_SERVER['REQUEST_URI'] = '/2026/11/hello/?utm_source=x';
        $page = static function (): int {
            $cache = self::request();
            self::assertSame(1, $cache->get('a', 'group'));
            self::assertSame([2, 3], array_values($cache->get_multiple(['b', 'c'], 'group')));
            self::assertFalse($cache->get('absent', 'group'));
            $cache->close();
            return $cache->exchanges();
        };
        self::assertSame([4, 1], [$page(), $page()], 'exchanges');
        self::request()->set('b', 2, 'group');
        $_SERVER['REQUEST_URI'] = '/2026/11/another/';
        self::assertSame(ALOFT_OBJECT_CACHE_APCU ? 2 : 1, $page(), 'a similar page');
        $_SERVER['REQUEST_URI'] = '/wp-admin/';
        self::assertSame(ALOFT_OBJECT_CACHE_APCU ? 1 : 4, $page());
    }

    public function testManyKeysTakeOneExchange(): void
    {
        $data = array_combine(range(1, 500), range(1001, 1500));
        $cache = self::request();
        self::assertSame(array_fill_keys(range(1, 500), true), $cache->set_multiple($data, 'many'));
        $other = self::request();
        self::assertSame($data, $other->get_multiple(array_keys($data), 'many'));
        self::assertSame(array_fill_keys(range(1, 500), true), $other->delete_multiple(array_keys($data), 'many'));
        self::assertSame([1, 2], [$cache->exchanges(), $other->exchanges()]);
        self::assertSame(array_fill_keys(range(1, 500), false), self::request()->get_multiple(range(1, 500), 'many'));
    }

    public function testMoreThanOneExchangeHoldsIsSentInSeveral(): void
    {
        $data = array_fill_keys(range(1, 5000), 'x');
        $data[3] = $data[4000] = random_bytes(5 << 20);
        self::request()->set_multiple($data, 'many');
        $cache = self::request();
        self::assertSame($data, $cache->get_multiple(array_keys($data), 'many'));
        self::assertSame(3, $cache->exchanges());
    }

    public function testAdditionCanBeSuspended(): void
    {
        $GLOBALS['aloft_test_suspended'] = true;
        try {
            self::assertFalse(self::request()->add('a', 1));
            self::assertSame(['a' => false], self::request()->add_multiple(['a' => 1]));
        } finally {
            $GLOBALS['aloft_test_suspended'] = false;
        }
        self::assertSame('nothing', self::stored('a'));
    }
}
