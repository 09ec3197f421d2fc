<?php

/*
 * An attacker's code in a site's PHP, with the site's socket, ALOFT_SOCKET. It has s3://media/sites/one and tries to
 * get the credentials of S3, the files of other sites, and the agent for itself.
 *
 * compromised.php ATTACK: prints everything that it got, for CompromisedScriptTest to look through.
 */

declare(strict_types=1);

require __DIR__ . '/../../aloft.php';

const SECONDS = 5;

/** @return resource */
function connect()
{
    $socket = stream_socket_client('unix://' . getenv('ALOFT_SOCKET'), $code, $reason, SECONDS);
    $socket !== false || exit("no connection: $reason\n");
    stream_set_timeout($socket, SECONDS);
    return $socket;
}

/** The first bytes of the answer, on a connection of its own. */
function ask(string $head, string $body = ''): string
{
    $socket = connect();
    @fwrite($socket, "$head\r\nHost: aloft\r\nConnection: close\r\n\r\n$body");
    return (string) stream_get_contents($socket, 100_000);
}

function show(string $what, mixed $got): void
{
    while (is_string($got) && str_starts_with($got, 'HTTP/1.1 102 ')) {
        $got = substr($got, strpos($got, "\r\n\r\n") + 4);
    }
    echo $what, ' => ', is_string($got) ? $got : json_encode($got), "\n";
}

function credentials(): void
{
    show('environment', getenv());
    foreach (['/', '/?', '//', '/proc/self/environ', '/media/sites/one/../../../../proc/self/environ'] as $target) {
        show($target, ask("GET $target HTTP/1.1"));
    }
    foreach (['/media/..%2f..%2fproc/self/environ', 'file:///proc/self/environ', '/.aws/credentials'] as $target) {
        show($target, ask("GET $target HTTP/1.1"));
    }
    foreach (['TRACE', 'CONNECT', 'PROPFIND', 'DEBUG'] as $method) {
        show($method, ask("$method / HTTP/1.1\r\nMax-Forwards: 0"));
    }
    show('absolute', ask('GET http://169.254.169.254/latest/meta-data/iam/security-credentials/ HTTP/1.1'));
    show('sign', ask("GET /media/sites/one/x HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=x"));
    show('broken', ask("GET /media/sites/one/%ff HTTP/9.9\r\nContent-Length: -1"));
    foreach (glob('/proc/[0-9]*/cmdline') ?: [] as $cmdline) {
        show($cmdline, str_replace("\0", ' ', (string) @file_get_contents($cmdline)));
    }
}

function beside(): void
{
    $ways = [
        '/media/sites/two/secret.txt', '/media/sites/one/../two/secret.txt', '/media/sites/one/%2e%2e/two/secret.txt',
        '/media/sites/one/..%2ftwo/secret.txt', '/media/sites/one%2f..%2ftwo%2fsecret.txt',
        '/media/sites/one/%252e%252e/two/secret.txt', '/media/sites/one/..\\two\\secret.txt',
        '/media/sites//two/secret.txt', '/media//sites/two/secret.txt', '/media/./sites/two/secret.txt',
        '/media/sites/one/./../two/secret.txt', '/media/sites/one/%00/../../two/secret.txt',
        '/media/sites/one/%c0%ae%c0%ae/two/secret.txt', '/media/sites/one;/../two/secret.txt',
        '/media/sites/one/x/../../two/secret.txt', '/other/secret.txt', '/media/../other/secret.txt',
        '/media%2f..%2fother/secret.txt', '/media/sites/one-more/secret.txt', '/media/sites/two/',
        '/media/sites/', '/media/', '/media/sites/one/?prefix=../two/', '/media/sites/one/?prefix=..%2ftwo%2f',
        '/media/sites/one/?after=' . rawurlencode(base64_encode('sites/two/')), '/media/sites/?depth=infinity',
    ];
    foreach ($ways as $way) {
        foreach (['GET', 'HEAD', 'DELETE'] as $method) {
            show("$method $way", ask("$method $way HTTP/1.1"));
        }
        show("PUT $way", ask("PUT $way HTTP/1.1\r\nContent-Length: 7", 'defaced'));
        show("COPY $way", ask("COPY $way HTTP/1.1\r\nDestination: /media/sites/one/loot"));
        show("MOVE $way", ask("MOVE $way HTTP/1.1\r\nDestination: http://aloft/media/sites/one/loot"));
        show("COPY to $way", ask("COPY /media/sites/one/own.txt HTTP/1.1\r\nDestination: $way"));
        show("LOCK $way", ask("LOCK $way HTTP/1.1\r\nAloft-Lock: exclusive"));
    }
    $names = '["../two/secret.txt", "../../sites/two/secret.txt", "..%2ftwo%2fsecret.txt", "/sites/two/secret.txt"]';
    show('delete', ask("POST /media/sites/one/?delete HTTP/1.1\r\nContent-Length: " . strlen($names), $names));
    file_put_contents('s3://media/sites/one/link', '../two/secret.txt');
    show('link', @file_get_contents('s3://media/sites/one/link/../../two/secret.txt'));
    $paths = ['s3://media/sites/two/secret.txt', 's3://other/secret.txt', 'S3://media/sites/one/../two/secret.txt'];
    foreach ($paths as $path) {
        show($path, [@file_get_contents($path), @scandir(dirname($path)), @rename($path, 's3://media/sites/one/loot')]);
        show("copy to $path", [@file_put_contents($path, 'defaced'), @symlink($path, 's3://media/sites/one/l')]);
    }
    show('loot', @file_get_contents('s3://media/sites/one/loot'));
}

function bodies(): void
{
    $put = 'PUT /media/sites/one/large HTTP/1.1';
    show('announced', ask("$put\r\nContent-Length: 40000000", str_repeat('x', 40_000_000)));
    $socket = connect();
    fwrite($socket, "$put\r\nHost: aloft\r\nTransfer-Encoding: chunked\r\n\r\n");
    $chunk = sprintf("%x\r\n%s\r\n", 1 << 20, str_repeat('x', 1 << 20));
    for ($sent = 0; $sent < 400 && @fwrite($socket, $chunk) === strlen($chunk); $sent++) {
        continue;
    }
    show("endless, $sent MiB", (string) stream_get_contents($socket, 1000));
    $delete = 'POST /media/sites/one/?delete HTTP/1.1';
    show('names', ask("$delete\r\nContent-Length: 10000000", str_repeat('["x",', 2_000_000)));
    show('head', ask('GET /media/sites/one/x HTTP/1.1' . str_repeat("\r\nX-Padding: " . str_repeat('x', 1000), 100)));
    show('target', ask('GET /media/sites/one/' . str_repeat('x', 100_000) . ' HTTP/1.1'));
    show('depth', ask("$delete\r\nContent-Length: 400000", str_repeat('[', 400_000)));
    show('left', file_exists('s3://media/sites/one/large'));
}

/** Holds everything that it can get for as long as its parent reads. */
function hoard(): void
{
    $held = [];
    for ($i = 0; $i < 1500; $i++) {
        $socket = @stream_socket_client('unix://' . getenv('ALOFT_SOCKET'), $code, $reason, 0.2);
        if ($socket === false) {
            break;
        }
        $held[] = $socket;
        $request = match ($i % 3) {
            0 => "LOCK /media/sites/one/lock-$i HTTP/1.1\r\nHost: aloft\r\nAloft-Lock: exclusive\r\n\r\n",
            1 => "PUT /media/sites/one/slow-$i HTTP/1.1\r\nHost: aloft\r\nContent-Length: 1000000\r\n\r\nx",
            default => 'GET /media/si',
        };
        @fwrite($socket, $request);
    }
    echo 'holding ', count($held), "\n";
    fgets(STDIN);
}

/** Keeps so many connections with these bytes sent, and no answer read, for as long as its parent reads. */
function hold(int $count, callable $request): void
{
    $held = [];
    for ($i = 0; $i < $count; $i++) {
        $socket = connect();
        stream_set_blocking($socket, false);
        [$head, $body] = $request($i);
        @fwrite($socket, "$head\r\nHost: aloft\r\n\r\n$body");
        $held[] = $socket;
    }
    echo 'holding ', count($held), "\n";
    fgets(STDIN);
}

function writing(string $name): string
{
    return "PUT /media/sites/one/$name HTTP/1.1\r\nContent-Length: 16000000";
}

/** Names of files to remove, nearly to their end. */
function unfinished_names(): void
{
    $names = '["' . str_repeat('x', 100_000);
    hold(400, static fn (): array => ["POST /media/sites/one/?delete HTTP/1.1\r\nContent-Length: 8000000", $names]);
}

/** Files of which three bytes come, and no more. */
function slow_files(): void
{
    hold(400, static fn (int $i): array => [writing("slow-$i"), 'abc']);
}

/** Files that come half. */
function half_files(): void
{
    $half = str_repeat('x', 100_000);
    hold(100, static fn (int $i): array => [writing("half-$i"), $half]);
}

/** Large files that are asked for, and not read. */
function unread_files(): void
{
    file_put_contents('s3://media/sites/one/film.mp4', str_repeat('x', 20_000_000));
    hold(400, static fn (): array => ['GET /media/sites/one/film.mp4 HTTP/1.1', '']);
}

$argv[1]();
