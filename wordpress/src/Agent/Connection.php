<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * A connection to the agent's Unix socket, speaking HTTP/1.1 (RFC 9112), for one exchange at a time.
 *
 * Connecting is limited to {@see self::CONNECT_SECONDS}, and each wait for the socket to accept or deliver bytes to the
 * seconds given on opening. A connection whose exchange failed must not be reused.
 */
final class Connection
{
    public const SILENCE_SECONDS = 28;
    private const CONNECT_SECONDS = 2;
    private const HEAD_BYTES = 16384;

    /** Limit of interim responses. The agent sends one every 5 s while it works, so this is a quarter of an hour. */
    private const INTERIM_ANSWERS = 180;

    /** Received bytes that were not consumed yet. */
    private string $received = '';

    /** @param resource $socket */
    private function __construct(
        private $socket,
        private readonly string $address,
        private readonly int $silenceSeconds,
    ) {
        stream_set_timeout($socket, $silenceSeconds);
        stream_set_chunk_size($socket, 1 << 18);
    }

    /** @throws AgentException if the socket refuses the connection or times out */
    public static function open(string $address, int $silenceSeconds): self
    {
        $reason = '';
        $socket = @stream_socket_client("unix://$address", $code, $reason, self::CONNECT_SECONDS);
        if ($socket === false) {
            throw new AgentException("the agent cannot be reached at $address: $reason", AgentException::NO_ANSWER);
        }
        return new self($socket, $address, $silenceSeconds);
    }

    /** True if the next exchange can use it: the peer has neither closed it nor sent unexpected bytes. */
    public function isIdle(): bool
    {
        if (!is_resource($this->socket) || $this->received !== '') {
            return false;
        }
        $read = [$this->socket];
        $write = $except = null;
        return @stream_select($read, $write, $except, 0, 0) === 0;
    }

    /**
     * An agent that rejects a request early responds and closes the connection, so a request that was not sent as a
     * whole may have a response.
     *
     * @param array<string, string> $headers further ones
     * @throws AgentException if the response is incomplete
     */
    public function exchange(Request $request, array $headers = []): Response
    {
        $sent = @$request->sendTo($this->socket, $headers);
        try {
            return $this->receive($request);
        } catch (AgentException $noAnswer) {
            throw $sent || $noAnswer instanceof AgentTimeout ? $noAnswer : $this->broken('took no more bytes');
        }
    }

    private function receive(Request $request): Response
    {
        for ($interim = 0; ($head = $this->headOf($request))[0] < 200; $interim++) {
            if ($interim === self::INTERIM_ANSWERS) {
                throw $this->broken('is still busy after ' . self::INTERIM_ANSWERS . ' signs of life');
            }
        }
        [$status, $headers] = $head;
        $bodiless = $request->method === 'HEAD' || $status === 204 || $status === 304;
        return new Response($status, $headers, $bodiless ? '' : $this->body($headers));
    }

    /** @return array{int, array<string, string>} as {@see self::head()} */
    private function headOf(Request $request): array
    {
        if ($request->isLong && $this->received === '') {
            SideBySide::await($this->socket);
        }
        return $this->head();
    }

    /** @return array{int, array<string, string>} the status, and the headers by lower-case name */
    private function head(): array
    {
        $lines = explode("\r\n", $this->upTo("\r\n\r\n"));
        $status = substr($lines[0], 9, 3);
        if (!str_starts_with($lines[0], 'HTTP/1.1 ') || !ctype_digit($status) || strlen($status) !== 3) {
            throw $this->broken('answered what is no HTTP: ' . addcslashes(substr($lines[0], 0, 80), "\0..\37\177"));
        }
        $headers = [];
        for ($i = 1; $i < count($lines); $i++) {
            [$name, $value] = explode(':', $lines[$i], 2) + ['', ''];
            $headers[strtolower($name)] = trim($value);
        }
        return [(int) $status, $headers];
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
        while (($length = (int) hexdec(strtok($this->upTo("\r\n"), ';'))) > 0) {
            $body .= $this->bytes($length);
            $this->upTo("\r\n");
        }
        while ($this->upTo("\r\n") !== '') {
            continue;
        }
        return $body;
    }

    /** Reads up to the next terminator, and consumes it. */
    private function upTo(string $end): string
    {
        while (($length = strpos($this->received, $end)) === false) {
            if (strlen($this->received) >= self::HEAD_BYTES) {
                throw $this->broken('answered with too large a head');
            }
            $this->received .= $this->more(self::HEAD_BYTES);
        }
        $text = substr($this->received, 0, $length);
        $this->received = substr($this->received, $length + strlen($end));
        return $text;
    }

    private function bytes(int $length): string
    {
        $bytes = substr($this->received, 0, $length);
        $this->received = substr($this->received, $length);
        $missing = $length - strlen($bytes);
        if ($missing === 0) {
            return $bytes;
        }
        $rest = @stream_get_contents($this->socket, $missing);
        if ($rest === false || strlen($rest) !== $missing) {
            throw $this->silent();
        }
        return $bytes . $rest;
    }

    /** Received bytes, at least one. */
    private function more(int $atMost): string
    {
        $bytes = @fread($this->socket, $atMost);
        return $bytes === false || $bytes === '' ? throw $this->silent() : $bytes;
    }

    private function silent(): AgentException
    {
        return stream_get_meta_data($this->socket)['timed_out']
            ? new AgentTimeout("the agent at $this->address did not answer within $this->silenceSeconds s")
            : $this->broken('closed the connection without an answer');
    }

    private function broken(string $what): AgentException
    {
        return new AgentException("the agent at $this->address $what", AgentException::NO_ANSWER);
    }
}
