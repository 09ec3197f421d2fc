<?php

/*
 * cache.php AGENT REDIS: the same reads and writes through Aloft's object cache and through PhpRedis, each round as a
 * PHP request of its own, with a new connection and nothing known. Prints a table: ms, the 10th percentile of all
 * rounds, which other programs of the machine disturb least.
 */

declare(strict_types=1);

[, $agent, $redisSocket] = $argv;
putenv("ALOFT_SOCKET=$agent");
require dirname(__DIR__, 2) . '/wordpress/tests/wordpress-stubs.php';
require dirname(__DIR__, 2) . '/wordpress/object-cache.php';

const ROUNDS = 60;

$redis = static function () use ($redisSocket): Redis {
    $redis = new Redis();
    $redis->connect($redisSocket);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_PHP);
    return $redis;
};
$keys = static fn (string $kind, int $count): array => array_map(
    static fn (int $i): string => "$kind:$i",
    range(1, $count),
);
$row = static fn (int $bytes): array => ['ID' => 1, 'post_title' => 'Hello', 'text' => str_repeat('lorem ', intdiv($bytes, 6))];

$pages = ['1,000 values of 200 bytes' => [1000, 200], '2,000 values of 200 bytes' => [2000, 200], '100 values of 10 KB' => [100, 10_000]];
$works = [];
foreach ($pages as $name => [$count, $bytes]) {
    $all = $keys("$count", $count);
    $fill = array_fill_keys($all, $row($bytes));
    $known = static function () use ($all, $count): void {
        $_SERVER['REQUEST_URI'] = "/page-$count/";
        $cache = new WP_Object_Cache();
        foreach ($all as $key) {
            $cache->get($key, 'posts')['ID'] === 1 || exit("no value of $key");
        }
        $cache->close();
        unset($_SERVER['REQUEST_URI']);
    };
    (new WP_Object_Cache())->set_multiple($fill, 'posts');
    $redis()->mset($fill);
    $known();
    $works["$name, one by one"] = [
        $known,
        static function () use ($all): void {
            $cache = new WP_Object_Cache();
            foreach ($all as $key) {
                $cache->get($key, 'posts')['ID'] === 1 || exit("no value of $key");
            }
        },
        static function () use ($all, $redis): void {
            $connection = $redis();
            foreach ($all as $key) {
                $connection->get($key)['ID'] === 1 || exit("no value of $key");
            }
        },
    ];
    $works["$name, get_multiple or MGET"] = [
        null,
        static function () use ($all): void {
            count(array_filter((new WP_Object_Cache())->get_multiple($all, 'posts'))) === count($all) || exit('lost');
        },
        static function () use ($all, $redis): void {
            count(array_filter($redis()->mget($all))) === count($all) || exit('lost');
        },
    ];
}
$value = $row(200);
$works['a value set, and read by another request'] = [
    null,
    static function () use ($value): void {
        (new WP_Object_Cache())->set('one', $value, 'posts');
        (new WP_Object_Cache())->get('one', 'posts')['ID'] === 1 || exit('lost');
    },
    static function () use ($value, $redis): void {
        $redis()->set('one', $value);
        $redis()->get('one')['ID'] === 1 || exit('lost');
    },
];

echo "| ms | Aloft, a page seen before | Aloft, nothing known | PhpRedis |\n| --- | ---: | ---: | ---: |\n";
foreach ($works as $name => $subjects) {
    $times = [[], [], []];
    for ($round = 0; $round < ROUNDS; $round++) {
        foreach (array_filter($subjects) as $i => $work) {
            $begin = hrtime(true);
            $work();
            $times[$i][] = (hrtime(true) - $begin) / 1e6;
        }
    }
    echo "| $name";
    foreach ($times as $each) {
        sort($each);
        echo ' | ' . ($each === [] ? '–' : sprintf('%.3g', $each[intdiv(count($each), 10)]));
    }
    echo " |\n";
}
