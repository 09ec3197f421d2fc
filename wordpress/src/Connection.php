<?php

declare(strict_types=1);

namespace Aloft;

/**
 * One connection to the agent's Unix socket, speaking HTTP/1.1 (RFC 9112), one exchange after the other.
 *
 * Nothing waits longer than {@see self::CONNECT_SECONDS} for the connection, or the seconds of silence that it was
 * opened with for the next bytes of an exchange to be taken or given. A connection whose exchange failed must not be
 * used again.
 */
final class Connection
{
    public const SILENCE_SECONDS = 28;
    private const CONNECT_SECONDS = 2;
    private const HEAD_LINE_BYTES = 16384;
    private const HEAD_LINES = 200;

    /** @param resource $socket */
    private function __construct(
        private $socket,
        private readonly string $address,
        private readonly int $silenceSeconds,
    ) {
        stream_set_timeout($socket, $silenceSeconds);
        stream_set_chunk_size($socket, 1 << 18);
    }

    /** @throws Refused when nobody listens there, or too slowly */
    public static function open(string $address, int $silenceSeconds): self
    {
        $reason = '';
        $socket = @stream_socket_client("unix://$address", $code, $reason, self::CONNECT_SECONDS);
        if ($socket === false) {
            throw new Refused("the agent cannot be reached at $address: $reason", Refused::NO_ANSWER);
        }
        return new self($socket, $address, $silenceSeconds);
    }

    /** Whether the next exchange can use it: the peer has neither closed it nor sent what nobody asked for. */
    public function isIdle(): bool
    {
        if (!is_resource($this->socket)) {
            return false;
        }
        $read = [$this->socket];
        $write = $except = null;
        return @stream_select($read, $write, $except, 0, 0) === 0;
    }

    /** @throws Refused when no whole answer came */
    public function exchange(Request $request): Response
    {
        $sent = $this->send($request);
        try {
            return $this->receive($request->method);
        } catch (Refused $noAnswer) {
            throw $sent ? $noAnswer : new Refused("the agent at $this->address took no more bytes", Refused::NO_ANSWER);
        }
    }

    /** Whether all of it went out; an agent that refuses early answers and closes, which is no failure yet. */
    private function send(Request $request): bool
    {
        $head = $request->head();
        return @fwrite($this->socket, $head) === strlen($head)
            && @$request->sendBody($this->socket) === $request->length();
    }

    private function receive(string $method): Response
    {
        do {
            $status = $this->status();
            $headers = $this->headers();
        } while ($status < 200);
        $bodiless = $method === 'HEAD' || $status === 204 || $status === 304;
        return new Response($status, $headers, $bodiless ? '' : $this->body($headers));
    }

    private function status(): int
    {
        $line = $this->line();
        $status = substr($line, 9, 3);
        if (!str_starts_with($line, 'HTTP/1.1 ') || !ctype_digit($status) || strlen($status) !== 3) {
            throw $this->broken('answered what is no HTTP: ' . addcslashes(substr($line, 0, 80), "\0..\37\177"));
        }
        return (int) $status;
    }

    /** @return array<string, string> */
    private function headers(): array
    {
        $headers = [];
        for ($count = 0; ($line = $this->line()) !== ''; $count++) {
            if ($count === self::HEAD_LINES) {
                throw $this->broken('answered with too many headers');
            }
            $colon = (int) strpos($line, ':');
            $headers[strtolower(substr($line, 0, $colon))] = trim(substr($line, $colon + 1));
        }
        return $headers;
    }

    /** @param array<string, string> $headers */
    private function body(array $headers): string
    {
        if (strtolower($headers['transfer-encoding'] ?? '') === 'chunked') {
            return $this->chunks();
        }
        if (!isset($headers['content-length'])) {
            throw $this->broken('answered with a body of unknown length');
        }
        return $this->bytes((int) $headers['content-length']);
    }

    private function chunks(): string
    {
        $body = '';
        while (($length = (int) hexdec(strtok($this->line(), ';'))) > 0) {
            $body .= $this->bytes($length);
            $this->line();
        }
        while ($this->line() !== '') {
            continue;
        }
        return $body;
    }

    private function bytes(int $length): string
    {
        $bytes = $length === 0 ? '' : @stream_get_contents($this->socket, $length);
        if ($bytes === false || strlen($bytes) !== $length) {
            throw $this->silent();
        }
        return $bytes;
    }

    private function line(): string
    {
        $line = @fgets($this->socket, self::HEAD_LINE_BYTES);
        if ($line === false || !str_ends_with($line, "\n")) {
            throw $this->silent();
        }
        return rtrim($line, "\r\n");
    }

    private function silent(): Refused
    {
        return $this->broken(stream_get_meta_data($this->socket)['timed_out']
            ? "did not answer within $this->silenceSeconds s"
            : 'closed the connection without an answer');
    }

    private function broken(string $what): Refused
    {
        return new Refused("the agent at $this->address $what", Refused::NO_ANSWER);
    }
}
