<?php

/*
 * files.php WHAT SOCKET ROOT [ECHO]: how long PHP's file functions take below ROOT, a line each: name, tab, value. Uses
 * the agent at SOCKET for s3:// paths. WHAT is "latency", of file_exists() in turns with exchanges with the echo server
 * at the socket ECHO; or "work", in milliseconds, after a warm-up.
 */

declare(strict_types=1);

[, $what, $socket, $root] = $argv;
putenv("ALOFT_SOCKET=$socket");
require __DIR__ . '/../../wordpress/aloft.php';

@mkdir("$root/small", 0777, true);
foreach (['a', 'b'] as $name) {
    file_put_contents("$root/$name.jpg", 'x');
}
$what === 'latency' ? latency($root, $argv[4]) : work($root);

function latency(string $root, string $echoServer): void
{
    $echo = stream_socket_client("unix://$echoServer");
    $message = str_repeat('x', 100);
    $works = [
        'exchange with an echo server' => function () use ($echo, $message): void {
            fwrite($echo, $message);
            fread($echo, 8192);
        },
        'file_exists() of a known file' => function (int $i) use ($root): void {
            clearstatcache();
            file_exists($i % 2 === 0 ? "$root/a.jpg" : "$root/b.jpg");
        },
    ];
    times($works, 5_000); // to warm up
    foreach (times($works, 20_000) as $name => $microseconds) {
        sort($microseconds);
        report("$name, µs p50", $microseconds[10_000]);
        report("$name, µs p99", $microseconds[19_800]);
    }
}

/**
 * @param array<string, callable(int): void> $works measured in turns
 * @return array<string, list<float>> in microseconds
 */
function times(array $works, int $rounds): array
{
    $times = [];
    for ($i = 0; $i < $rounds; $i++) {
        foreach ($works as $name => $work) {
            $begin = hrtime(true);
            $work($i);
            $times[$name][] = (hrtime(true) - $begin) / 1e3;
        }
    }
    return $times;
}

function work(string $root): void
{
    $small = str_repeat('s', 2000);
    warmUp("$root/warm", $small);
    median('1,000 files of 2 KB written', 1, function () use ($root, $small): void {
        for ($i = 0; $i < 1000; $i++) {
            file_put_contents("$root/small/$i.txt", $small);
        }
    });
    median('1,000 files of 2 KB read', 1, function () use ($root): void {
        for ($i = 0; $i < 1000; $i++) {
            file_get_contents("$root/small/$i.txt");
        }
    });
    median('1,000 files listed', 3, fn () => scandir("$root/small"));
    median('100 files removed', 1, function () use ($root): void {
        for ($i = 0; $i < 100; $i++) {
            unlink("$root/small/$i.txt");
        }
    });
    foreach ([1 => 20, 100 => 2] as $megabytes => $rounds) {
        $bytes = random_bytes($megabytes << 20);
        $file = fn (int $i): string => "$root/$megabytes-$i.bin";
        median("$megabytes MB written", $rounds, fn (int $i) => file_put_contents($file($i), $bytes));
        median("$megabytes MB read", $rounds, fn (int $i) => file_get_contents($file($i)));
    }
}

/** A server that has run for a minute has compiled what it runs often. */
function warmUp(string $directory, string $small): void
{
    @mkdir($directory);
    for ($i = 0; $i < 500; $i++) {
        file_put_contents("$directory/$i.txt", $small);
        file_get_contents("$directory/$i.txt");
    }
    for ($i = 0; $i < 20; $i++) {
        scandir($directory);
    }
}

/** @param callable(int): mixed $work */
function median(string $name, int $rounds, callable $work): void
{
    $times = times([$name => $work], $rounds)[$name];
    sort($times);
    report($name, $times[intdiv($rounds, 2)] / 1e3);
}

function report(string $name, float $value): void
{
    printf("%s\t%.4g\n", $name, $value);
}
