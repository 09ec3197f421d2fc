<?php

/*
 * relay-process.php AGENT FOLDER: listens on FOLDER/socket and passes on to AGENT what comes. Writes the heads of
 * requests to FOLDER/requests and a byte for each connection to FOLDER/connections; FOLDER/fault and FOLDER/close
 * say how to interfere (see Relay).
 */

declare(strict_types=1);

[, $agent, $folder] = $argv;
$listening = stream_socket_server("unix://$folder/socket") ?: exit(1);
echo "ready\n";

/** @var array<int, resource> $peers the other end of each socket */
$peers = [];
/** @var array<int, resource> $sockets */
$sockets = [];
/** @var array<int, int> $bodies how many bytes of a request's body are still to come from this client */
$bodies = [];
/** @var array<int, true> $deaf clients whose requests are not answered */
$deaf = [];

$close = static function ($socket) use (&$peers, &$sockets, &$bodies): void {
    foreach ([$socket, $peers[(int) $socket]] as $end) {
        unset($peers[(int) $end], $sockets[(int) $end], $bodies[(int) $end]);
        fclose($end);
    }
};

$accept = static function () use ($listening, $agent, $folder, &$peers, &$sockets, &$bodies): void {
    $client = stream_socket_accept($listening);
    $server = stream_socket_client("unix://$agent");
    $sockets[(int) $client] = $client;
    $sockets[(int) $server] = $server;
    $peers[(int) $client] = $server;
    $peers[(int) $server] = $client;
    $bodies[(int) $client] = 0;
    file_put_contents("$folder/connections", '.', FILE_APPEND);
};

/** True if the request that begins here may be passed to the agent. */
$judge = static function ($client, string $head) use ($folder, $close, &$bodies, &$deaf): bool {
    file_put_contents("$folder/requests", $head, FILE_APPEND);
    preg_match('~^Content-Length: (\d+)~mi', $head, $length);
    $bodies[(int) $client] = (int) ($length[1] ?? 0);
    [$method, $seconds, $answer] = explode("\n", (string) @file_get_contents("$folder/fault"), 3) + ['', '', ''];
    if ($method === '' || !str_starts_with($head, "$method ")) {
        return true;
    }
    sleep((int) $seconds);
    if ($answer === 'silence') {
        $deaf[(int) $client] = true;
        return false;
    }
    if ($answer !== '') {
        fwrite($client, $answer);
    }
    $close($client);
    return false;
};

while (true) {
    $readable = [$listening, ...array_values($sockets)];
    $none = null;
    stream_select($readable, $none, $none, null);
    foreach ($readable as $socket) {
        if ($socket === $listening) {
            $accept();
            continue;
        }
        if (!isset($sockets[(int) $socket])) {
            continue;
        }
        $bytes = fread($socket, 1 << 16);
        if ($bytes === '' || $bytes === false) {
            $close($socket);
            continue;
        }
        if (!isset($bodies[(int) $socket])) {
            fwrite($peers[(int) $socket], $bytes);
            if (is_file("$folder/close")) {
                $close($socket);
            }
            continue;
        }
        if ($bodies[(int) $socket] === 0) {
            $headBytes = strpos($bytes, "\r\n\r\n") + 4;
            if (!$judge($socket, substr($bytes, 0, $headBytes))) {
                continue;
            }
            $bodies[(int) $socket] -= strlen($bytes) - $headBytes;
        } else {
            $bodies[(int) $socket] -= strlen($bytes);
        }
        if (!isset($deaf[(int) $socket])) {
            fwrite($peers[(int) $socket], $bytes);
        }
    }
}
