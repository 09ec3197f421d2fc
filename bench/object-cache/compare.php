<?php

/*
 * compare.php FOLDER AGENT REDIS PORT FARPORT [--quick]: runs cache.php for each subject, several times in turn, and prints the
 * tables of README.md. AGENT and REDIS are processes, the ports are those of Redis. Rows for bench/all are described in
 * bench/rows.sh.
 */

declare(strict_types=1);

[, $folder, $agent, $redis, $port, $far] = $argv;
define('BLOCKS', in_array('--quick', $argv, true) ? 1 : 3);
const WARM_UP = 100;
const ROUNDS = 15;
const ROUNDS_OF_PHPREDIS_FROM_FAR = 3; // a page takes seconds

const GET = 'PhpRedis, GET';
/** Times as fast as one GET a key, where other programs disturb least: at the 10th percentile. */
const AIMS = [
    '1,000 values of 200 bytes' => ['Aloft' => 2, 'Aloft, APCu' => 10],
    'a value set, and read on another host' => [],
];
/** No page is slower. */
const PAGE_AIMS = ['Aloft' => 1, 'Aloft, APCu' => 1];

/** @return list<string> options of PHP that load an extension, unless every PHP has it */
function load(string ...$names): array
{
    $missing = array_filter($names, fn (string $name): bool => !extension_loaded($name));
    return array_merge(...array_map(fn (string $name): array => ['-d', "extension=$name.so"], array_values($missing)));
}

/** @param list<float> $times */
function quantile(array $times, float $part): float
{
    sort($times);
    return $times[(int) ($part * (count($times) - 1))];
}

$apcu = [...load('apcu'), '-d', 'apc.enable_cli=1', '-d', 'apc.shm_size=128M'];
$tables = [
    'One host' => [
        GET => [[], 'get', $port, '-'],
        'PhpRedis, MGET' => [[], 'mget', $port, '-'],
        'Aloft' => [[], 'aloft', "$folder/memory", "$folder/memory"],
        'Aloft, APCu' => [$apcu, 'aloft', "$folder/memory", "$folder/memory"],
    ],
    'A fleet, Redis on this host' => [
        GET => [[], 'get', $port, '-'],
        'Aloft' => [[], 'aloft', "$folder/one-0", "$folder/other-0"],
        'Aloft, APCu' => [$apcu, 'aloft', "$folder/one-0", "$folder/other-0"],
    ],
    'A fleet, Redis 1 ms away' => [
        GET => [[], 'get', $far, '-'],
        'PhpRedis, MGET' => [[], 'mget', $far, '-'],
        'Aloft' => [[], 'aloft', "$folder/one-1", "$folder/other-1"],
        'Aloft, APCu' => [$apcu, 'aloft', "$folder/one-1", "$folder/other-1"],
    ],
];

/** @return list<array{string, int, list<float>, list<float>}> what cache.php prints */
$run = static function (array $options, string $subject, int $rounds, string ...$rest) use ($agent, $redis): array {
    $command = ['php', ...load('igbinary', 'redis'), ...$options];
    $command = [...$command, __DIR__ . '/cache.php', $subject, (string) $rounds, ...$rest, $agent, $redis];
    exec(implode(' ', array_map(escapeshellarg(...), $command)), $lines, $code);
    if ($code !== 0) {
        echo implode("\n", $lines), "\n";
        exit($code);
    }
    return array_map(fn (string $line): array => json_decode($line, true) ?? exit($line), $lines);
};
putenv("TMPDIR=$folder"); // of the markers of missed changes: those of other programs flush nothing
$run([], 'aloft', WARM_UP, "$folder/memory", "$folder/memory"); // Java compiles what is used often
$run([], 'aloft', WARM_UP, "$folder/one-0", "$folder/other-0");

/** @param array<string, array{times: list<float>}> $each by subject */
$record = static function (string $title, string $page, string $name, array $each, float $aim): void {
    $p10 = static function (string $subject) use ($each): string {
        $times = $each[$subject]['times'];
        sort($times);
        return sprintf('%.3F', $times[(int) (0.1 * (count($times) - 1))]);
    };
    $row = ["$title: $page, $name: ms p10", $p10($name), $p10('PhpRedis, GET'), "<= $aim"];
    $file = getenv('ALOFT_BENCH_ROWS');
    $file === false || file_put_contents($file, implode("\t", $row) . "\n", FILE_APPEND);
};

foreach ($tables as $title => $subjects) {
    $results = [];
    for ($block = 0; $block < BLOCKS; $block++) {
        foreach ($subjects as $name => [$options, $subject, $place, $other]) {
            $rounds = [$subject, $place] === ['get', $far] ? ROUNDS_OF_PHPREDIS_FROM_FAR : ROUNDS;
            foreach ($run($options, $subject, $rounds, $place, $other) as [$page, $exchanges, $used, $times]) {
                $result = &$results[$page][$name];
                $result['exchanges'] = $exchanges;
                $result['cpu'][] = $used;
                $result['times'] = [...$result['times'] ?? [], ...$times];
                unset($result);
            }
        }
    }
    echo "$title:\n\n| page | subject | p10, ms | p50 | p99 | CPU of PHP, ms | of the agent | of Redis | exchanges | "
        . "times as fast as GET | aim |\n"
        . "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    foreach ($results as $page => $each) {
        foreach ($each as $name => ['exchanges' => $exchanges, 'cpu' => $cpu, 'times' => $times]) {
            $at = static fn (float $part): string => sprintf('%.3g', quantile($times, $part));
            $used = array_map(fn ($i) => sprintf('%.2f', array_sum(array_column($cpu, $i)) / BLOCKS), [0, 1, 2]);
            $ratio = quantile($each[GET]['times'], 0.1) / quantile($times, 0.1);
            $aim = AIMS[$page][$name] ?? (isset(AIMS[$page]) ? null : PAGE_AIMS[$name] ?? null);
            echo "| $page | $name | {$at(0.1)} | {$at(0.5)} | {$at(0.99)} | " . implode(' | ', $used) . " | $exchanges | "
                . ($name === GET ? '1' : sprintf('%.1f', $ratio)) . ' | '
                . ($aim === null ? '' : sprintf('%d%s', $aim, $ratio >= $aim ? '' : ', missed')) . " |\n";
        }
    }
    echo "\n";
    foreach ($results as $page => $each) {
        foreach (['Aloft' => 0.5, 'Aloft, APCu' => 0.1] as $name => $aim) {
            $record($title, $page, $name, $each, str_ends_with($page, ' of 200 bytes') ? $aim : 1);
        }
    }
}
