<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * A request to the agent. The body is text, or a seekable local stream that is sent from an offset to its end.
 */
final class Request
{
    private const SMALL_BODY = 1 << 16;

    /**
     * @param array<string, string> $headers
     * @param string|resource|null  $body
     * @param bool                  $isLong  true if other tasks may run meanwhile, see {@see SideBySide}
     */
    public function __construct(
        public readonly string $method,
        public readonly string $target,
        private readonly array $headers = [],
        private readonly mixed $body = null,
        private readonly int $offset = 0,
        public readonly bool $isLong = false,
    ) {
    }

    /** Target of a move or copy; null for other requests. */
    public function destination(): ?string
    {
        return $this->headers['Destination'] ?? null;
    }

    /** @param array<string, string> $headers further ones */
    public function head(array $headers = []): string
    {
        $head = "$this->method $this->target HTTP/1.1\r\nHost: aloft\r\n";
        foreach ($this->headers + $headers as $name => $value) {
            $head .= "$name: $value\r\n";
        }
        if ($this->body !== null) {
            $head .= 'Content-Length: ' . $this->length() . "\r\n";
        }
        return $head . "\r\n";
    }

    public function length(): int
    {
        if (is_resource($this->body)) {
            return max(0, (int) (fstat($this->body)['size'] ?? 0) - $this->offset);
        }
        return strlen((string) $this->body);
    }

    /**
     * Writes the request, a small body together with the head, and returns whether the socket took all of it.
     *
     * @param resource              $socket
     * @param array<string, string> $headers further ones
     */
    public function sendTo($socket, array $headers): bool
    {
        $head = $this->head($headers);
        $length = $this->length();
        $isStream = is_resource($this->body);
        if ($isStream) {
            fseek($this->body, $this->offset);
        }
        if ($length <= self::SMALL_BODY) {
            $head .= $isStream ? stream_get_contents($this->body, $length) : $this->body;
            $length = 0;
        }
        return fwrite($socket, $head) === strlen($head) && ($length === 0 || $length === (
            $isStream ? stream_copy_to_stream($this->body, $socket, $length) : fwrite($socket, $this->body)
        ));
    }
}
