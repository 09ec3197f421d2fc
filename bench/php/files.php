<?php

/*
 * files.php SOCKET ROOT [ECHO]: what PHP's file functions take below ROOT, in milliseconds unless it says otherwise,
 * a line each: name, tab, value. Uses the agent at SOCKET for s3:// paths. With ECHO, the socket of an echo server,
 * exchanges with it are measured in turns with file_exists().
 */

declare(strict_types=1);

[, $socket, $root] = $argv;
putenv("ALOFT_SOCKET=$socket");
require __DIR__ . '/../../wordpress/aloft.php';

function report(string $name, float $value): void
{
    printf("%s\t%.4g\n", $name, $value);
}

function timed(string $name, callable $work, int $rounds = 1): void
{
    $times = [];
    for ($i = 0; $i < $rounds; $i++) {
        $begin = hrtime(true);
        $work($i);
        $times[] = (hrtime(true) - $begin) / 1e6;
    }
    sort($times);
    report($name, $times[intdiv($rounds, 2)]);
}

/** @param array<string, callable(int): void> $works measured in turns */
function percentiles(array $works, int $rounds): void
{
    $times = [];
    for ($i = 0; $i < $rounds; $i++) {
        foreach ($works as $name => $work) {
            $begin = hrtime(true);
            $work($i);
            $times[$name][] = (hrtime(true) - $begin) / 1e3;
        }
    }
    foreach ($times as $name => $all) {
        sort($all);
        report("$name, µs p50", $all[intdiv($rounds, 2)]);
        report("$name, µs p99", $all[intdiv($rounds * 99, 100)]);
    }
}

@mkdir("$root/small", 0777, true);
foreach (['a', 'b'] as $name) {
    file_put_contents("$root/$name.jpg", 'x');
}

$works = ['file_exists() of a known file' => function (int $i) use ($root): void {
    clearstatcache();
    file_exists($i % 2 === 0 ? "$root/a.jpg" : "$root/b.jpg");
}];
if (isset($argv[3])) {
    $echo = stream_socket_client("unix://$argv[3]");
    $message = str_repeat('x', 100);
    $works = ['exchange with an echo server' => function () use ($echo, $message): void {
        fwrite($echo, $message);
        fread($echo, 8192);
    }] + $works;
}
percentiles($works, 1000); // to warm up, thrown away by the reader, who keeps the last of each name
percentiles($works, 20_000);

$small = str_repeat('s', 2000);
timed('1,000 files of 2 KB written', function () use ($root, $small): void {
    for ($i = 0; $i < 1000; $i++) {
        file_put_contents("$root/small/$i.txt", $small);
    }
});
timed('1,000 files of 2 KB read', function () use ($root): void {
    for ($i = 0; $i < 1000; $i++) {
        file_get_contents("$root/small/$i.txt");
    }
});
timed('1,000 files listed', fn () => scandir("$root/small"), 3);
timed('100 files removed', function () use ($root): void {
    for ($i = 0; $i < 100; $i++) {
        unlink("$root/small/$i.txt");
    }
});

foreach ([1 => 20, 100 => 2] as $megabytes => $rounds) {
    $bytes = random_bytes($megabytes << 20);
    timed("$megabytes MB written", fn (int $i) => file_put_contents("$root/$megabytes-$i.bin", $bytes), $rounds);
    timed("$megabytes MB read", fn (int $i) => md5_file("$root/$megabytes-$i.bin"), $rounds);
    timed("md5() of $megabytes MB", fn () => md5($bytes), $rounds);
    for ($i = 0; $i < $rounds; $i++) {
        unlink("$root/$megabytes-$i.bin");
    }
}
