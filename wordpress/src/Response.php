<?php

declare(strict_types=1);

namespace Aloft;

/**
 * One answer of the agent, whole.
 */
final class Response
{
    /** @param array<string, string> $headers by lower-case name */
    public function __construct(
        public readonly int $status,
        private readonly array $headers,
        public readonly string $body,
    ) {
    }

    public function header(string $name): ?string
    {
        return $this->headers[strtolower($name)] ?? null;
    }

    public function keepsConnection(): bool
    {
        return strtolower($this->header('Connection') ?? '') !== 'close';
    }

    /** The agent's one line of text, made safe to print in a warning. */
    public function reason(): string
    {
        $line = trim((string) preg_replace('/[\x00-\x1f\x7f]+/', ' ', substr($this->body, 0, 1000)));
        return $line !== '' ? $line : "the agent answered $this->status";
    }
}
