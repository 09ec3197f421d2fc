<?php

/*
 * cache.php SUBJECT ROUNDS PLACE OTHER AGENT REDIS: the same pages through Aloft's object cache (SUBJECT aloft: PLACE
 * and OTHER are sockets of two hosts' agents) or PhpRedis (get: one GET for each value; mget: one for all; PLACE is a
 * port). Each round is a PHP request of its own, with a new connection and nothing known. Prints a line for each page:
 * its name, the exchanges, ms of CPU of PHP and of the processes AGENT and REDIS, and the ms of each round.
 */

declare(strict_types=1);

[, $subject, $rounds, $place, $other, $agent, $redis] = $argv;
define('ALOFT_OBJECT_CACHE_APCU', function_exists('apcu_enabled') && apcu_enabled());
define('ALOFT_OBJECT_CACHE_VERSION', 'bench'); // a change of the file meanwhile flushes nothing
putenv("ALOFT_SOCKET=$place");
require dirname(__DIR__, 2) . '/wordpress/tests/wordpress-stubs.php';
require dirname(__DIR__, 2) . '/wordpress/object-cache.php';

/**
 * Ends at a value that is absent or another one. The first is right after an exchange that was not answered in time,
 * which makes all further reads of a PHP request miss; everything else is a fault.
 */
function notAsStored(string $key, mixed $found, WP_Object_Cache ...$caches): never
{
    $isAway = array_filter($caches, fn (WP_Object_Cache $cache): bool => $cache->isAway()) !== [];
    $what = match (true) {
        $found !== false => 'is another value',
        $isAway => 'is absent, and the agent or Redis has not answered in time: is the machine too busy?',
        default => 'is absent, although every exchange was answered',
    };
    fwrite(STDERR, "bench: not as stored: $key $what\n");
    exit(1);
}

/** A value of about as many bytes when it is serialized: a row, or a long array of options. */
function value(int $bytes): array
{
    return $bytes < 5000
        ? ['ID' => 1, 'post_title' => 'Hello', 'text' => str_repeat('lorem ', max(0, intdiv($bytes - 80, 6)))]
        : ['ID' => 1] + array_fill_keys(array_map(fn ($i) => "option_$i", range(1, intdiv($bytes, 100))), str_repeat('x', 70));
}

/** @return array<array{string, string, int}> group, key and bytes of each read; -1 for an absent value */
function reads(int $count, int $bytes): array
{
    return array_map(fn (int $i): array => ['posts', "of $bytes, $i", $bytes], range(1, $count));
}

$redisServer = static function () use ($place): Redis {
    $connection = new Redis();
    $connection->connect('127.0.0.1', (int) $place);
    $connection->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_PHP);
    return $connection;
};

$pages = ['1,000 values of 200 bytes' => reads(1000, 200), '100 values of 10 KB' => reads(100, 10_000)];
foreach (json_decode(file_get_contents(__DIR__ . '/pages.json'), true) as $name => $recorded) {
    foreach ($recorded as [$group, $key, $bytes, $times]) {
        $pages[$name] = [...$pages[$name] ?? [], ...array_fill(0, $times, [$group, $key, $bytes])];
    }
}
$pages['a shop, 2,000 values'] = [...reads(1960, 300), ...array_slice(reads(100, 10_000), 0, 40)];

$fill = $works = [];
foreach ($pages as $name => $reads) {
    $unique = [];
    foreach ($reads as [$group, $key, $bytes]) {
        $unique["$group:$key"] = $bytes;
        $bytes < 0 || $fill["$group:$key"] = [$group, $key, value($bytes)];
    }
    $works[$name] = match ($subject) {
        'aloft' => static function () use ($name, $reads): int {
            $_SERVER['REQUEST_URI'] = '/' . md5($name) . '/';
            $cache = new WP_Object_Cache();
            foreach ($reads as [$group, $key, $bytes]) {
                $found = $cache->get($key, $group);
                ($bytes < 0) === ($found === false) || notAsStored($key, $found, $cache);
            }
            $cache->close();
            return $cache->exchanges();
        },
        // What a drop-in does at least: it keeps what it has read in an array.
        'get' => static function () use ($reads, $redisServer): int {
            $connection = $redisServer();
            $known = [];
            foreach ($reads as [$group, $key, $bytes]) {
                $known["$group:$key"] ??= $connection->get("$group:$key");
                ($bytes < 0) === ($known["$group:$key"] === false) || notAsStored($key, $known["$group:$key"]);
            }
            return count($known);
        },
        'mget' => static function () use ($unique, $redisServer): int {
            count(array_filter($redisServer()->mget(array_keys($unique)))) > 0 || notAsStored('a page', false);
            return 1;
        },
    };
}
$row = value(200);
$works['a value set, and read on another host'] = match ($subject) {
    'aloft' => static function () use ($row, $place, $other): int {
        unset($_SERVER['REQUEST_URI']);
        putenv("ALOFT_SOCKET=$place");
        $here = new WP_Object_Cache();
        $here->set('one', ['ID' => mt_rand()] + $row, 'posts');
        putenv("ALOFT_SOCKET=$other");
        $there = new WP_Object_Cache();
        $found = $there->get('one', 'posts');
        $found === $here->get('one', 'posts') || notAsStored('one', $found, $here, $there);
        putenv("ALOFT_SOCKET=$place");
        return $here->exchanges() + $there->exchanges();
    },
    default => static function () use ($row, $redisServer): int {
        $redisServer()->set('one', ['ID' => mt_rand()] + $row);
        is_array($redisServer()->get('one')) || notAsStored('one', false);
        return 2;
    },
};

if ($subject === 'aloft') {
    $cache = new WP_Object_Cache();
    foreach ($fill as [$group, $key, $value]) {
        $cache->set($key, $value, $group);
        $cache->isAway() && notAsStored($key, false, $cache);
    }
} else {
    array_map(fn (array $one) => $redisServer()->set("$one[0]:$one[1]", $one[2]), $fill);
}

/** ms of CPU that a process has used. */
function cpu(string $process): float
{
    $parts = explode(' ', preg_replace('/^.*\) /', '', (string) file_get_contents("/proc/$process/stat")));
    return 10.0 * ((int) $parts[11] + (int) $parts[12]);
}

/** ms of CPU that this process has used. */
function own(): float
{
    $used = getrusage();
    return 1e3 * ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e3;
}

foreach ($works as $name => $work) {
    $work();
    $work();
    $before = [own(), cpu($agent), cpu($redis)];
    $times = [];
    for ($round = 0; $round < $rounds; $round++) {
        $begin = hrtime(true);
        $exchanges = $work();
        $times[] = (hrtime(true) - $begin) / 1e6;
    }
    $used = array_map(fn ($now, $then) => ($now - $then) / $rounds, [own(), cpu($agent), cpu($redis)], $before);
    echo json_encode([$name, $exchanges, $used, $times]), "\n";
}
