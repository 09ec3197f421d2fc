<?php

declare(strict_types=1);

namespace Aloft\Tests;

/** Values that PHP processes share in APCu, where PHP has it: it must be enabled for the command line (apc.enable_cli). */
final class ObjectCacheSharedMemoryTest extends ObjectCacheTestCase
{
    private const WORKERS = 4;
    private const ROUNDS = 150;

    protected function setUp(): void
    {
        if (!constant('ALOFT_OBJECT_CACHE_APCU')) {
            self::markTestSkipped('this PHP has no APCu');
        }
        apcu_clear_cache();
        parent::setUp();
    }

    public function testAWarmRequestTakesOneExchange(): void
    {
        $data = array_fill_keys(range(1, 100), 'value');
        self::request()->set_multiple($data, 'group');
        self::request()->get_multiple([...array_keys($data), 'absent'], 'group');
        $cache = self::request();
        foreach (array_keys($data) as $key) {
            self::assertSame('value', $cache->get($key, 'group'));
        }
        self::assertFalse($cache->get('absent', 'group', false, $found));
        self::assertFalse($found);
        self::assertSame(1, $cache->exchanges());
    }

    /** @dataProvider changes */
    public function testAChangeIsSeenByTheNextRequest(callable $change, mixed $expected): void
    {
        self::request()->set('key', 1, 'group');
        for ($i = 0; $i < 2; $i++) {
            self::assertSame(1, self::stored('key', 'group'));
        }
        $change(self::request());
        self::assertSame([$expected, $expected], [self::stored('key', 'group'), self::stored('key', 'group')]);
        self::request()->set('key', 1, 'group');
        self::assertSame(1, self::stored('key', 'group'));
    }

    /** @return array<string, array{callable, mixed}> */
    public static function changes(): array
    {
        return [
            'set' => [fn ($cache) => $cache->set('key', 2, 'group'), 2],
            'replace' => [fn ($cache) => $cache->replace('key', 3, 'group'), 3],
            'incr' => [fn ($cache) => $cache->incr('key', 4, 'group'), 5],
            'delete' => [fn ($cache) => $cache->delete('key', 'group'), 'nothing'],
            'flush of the group' => [fn ($cache) => $cache->flush_group('group'), 'nothing'],
            'flush' => [fn ($cache) => $cache->flush(), 'nothing'],
            'a value that is not stored' => [fn ($cache) => $cache->set('key', fn () => 1, 'group'), 'nothing'],
        ];
    }

    public function testARequestSeesItsOwnChanges(): void
    {
        self::request()->set_multiple(['a' => 1, 'b' => 1, 'n' => 1], 'group');
        self::request()->get_multiple(['a', 'b', 'n', 'absent'], 'group');
        $cache = self::request();
        $cache->set('a', 2, 'group');
        $cache->delete('b', 'group');
        $cache->add('absent', 2, 'group');
        self::assertSame(2, $cache->incr('n', 1, 'group'));
        $cache->flush_runtime();
        $expected = ['a' => 2, 'b' => false, 'n' => 2, 'absent' => 2];
        self::assertSame($expected, $cache->get_multiple(['a', 'b', 'n', 'absent'], 'group'));
    }

    /** An entry that a slow process stores late, after another one has changed the key. */
    public function testAnOutdatedEntryIsNotUsed(): void
    {
        self::request()->set('key', 'old', 'group');
        self::assertSame('old', self::stored('key', 'group'));
        $entries = [];
        foreach (new \APCUIterator('/./s') as $entry) {
            $entries[$entry['key']] = $entry['value'];
        }
        self::request()->set('key', 'new', 'group');
        self::assertSame('new', self::stored('key', 'group'));
        apcu_store($entries);
        self::assertSame('new', self::stored('key', 'group'));
        apcu_clear_cache();
        apcu_store($entries);
        self::assertSame('new', self::stored('key', 'group'));
    }

    public function testAValueExpires(): void
    {
        self::request()->set('soon', 1, 'group', 1);
        self::request()->set('later', 1, 'group', 1000);
        self::request()->get_multiple(['soon', 'later'], 'group');
        $shared = [];
        foreach (new \APCUIterator('/./s') as $entry) {
            is_array($entry['value']) && isset($entry['value'][1]) && $shared[] = $entry['value'][1];
        }
        self::assertContains('later', $shared);
        self::assertNotContains('soon', $shared, 'the agent rounds its time up');
    }

    public function testLongValuesStayOut(): void
    {
        self::request()->set('long', random_bytes(900_000), 'group');
        self::request()->set('longer', random_bytes(1_100_000), 'group');
        foreach (['long' => 1, 'longer' => 2] as $key => $exchanges) {
            self::request()->get($key, 'group');
            $cache = self::request();
            $cache->get('other', 'group');
            self::assertIsString($cache->get($key, 'group'));
            self::assertSame($exchanges, $cache->exchanges(), $key);
        }
    }

    /** More than the memory holds: APCu drops entries. */
    public function testFullMemoryLosesNoValue(): void
    {
        $bytes = str_repeat('x', 500_000);
        for ($i = 0; $i < 100; $i++) {
            self::request()->set($i % 40, "$i $bytes", 'group');
            self::assertSame("$i $bytes", self::stored($i % 40, 'group'));
        }
        self::assertLessThan(64 << 20, apcu_sma_info()['seg_size'], 'the test fills it');
        for ($i = 60; $i < 100; $i++) {
            self::assertContains(self::stored($i % 40, 'group'), ["$i $bytes", 'nothing']);
        }
    }

    /**
     * Workers that share the memory change their own options in one array, as WordPress does: it reads the array,
     * writes its option to the database, and then the whole array to the cache.
     */
    public function testNoChangeOfOptionsIsLostToARace(): void
    {
        $database = tempnam(sys_get_temp_dir(), 'aloft');
        file_put_contents($database, str_repeat(pack('P', 0), self::WORKERS));
        $children = [];
        for ($worker = 0; $worker < self::WORKERS; $worker++) {
            $child = pcntl_fork();
            if ($child === 0) {
                $failure = self::changeOptions($worker, $database);
                $failure === null || fwrite(STDERR, "$failure\n");
                posix_kill(getmypid(), $failure === null ? SIGKILL : SIGTERM); // without the shutdown of PHPUnit
            }
            $children[] = $child;
        }
        foreach ($children as $child) {
            pcntl_waitpid($child, $status);
            self::assertSame(SIGKILL, pcntl_wtermsig($status), 'a worker has read an old option');
        }
        self::assertSame(array_fill(0, self::WORKERS, self::ROUNDS), self::options(self::request(), $database));
        unlink($database);
    }

    private static function changeOptions(int $worker, string $database): ?string
    {
        for ($round = 1; $round <= self::ROUNDS; $round++) {
            $cache = self::request();
            self::options($cache, $database);
            $file = fopen($database, 'r+');
            fseek($file, 8 * $worker);
            fwrite($file, pack('P', $round));
            fclose($file);
            $all = $cache->get('alloptions', 'options', true) ?: self::options($cache, $database);
            $cache->set('alloptions', [$worker => $round] + $all, 'options');
            $read = self::options(self::request(), $database)[$worker];
            if ($read !== $round) {
                return "worker $worker reads $read, and not $round";
            }
        }
        return null;
    }

    /** @return array<int> */
    private static function options(\WP_Object_Cache $cache, string $database): array
    {
        $all = $cache->get('alloptions', 'options');
        if (!is_array($all)) {
            $all = array_values(unpack('P*', file_get_contents($database)));
            $cache->add('alloptions', $all, 'options');
        }
        ksort($all);
        return $all;
    }
}
