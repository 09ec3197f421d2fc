<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * A complete response of the agent.
 */
final class Response
{
    /** Messages for responses without one: the response to HEAD has no body. */
    private const MEANINGS = [
        400 => 'the path cannot be a file\'s',
        403 => 'it lies outside the site\'s bucket and prefix, or S3 refuses the agent\'s credentials',
        404 => 'there is no such file or directory',
        503 => 'S3 does not answer, or the bucket is missing',
        504 => 'S3 did not answer within the time limit',
        507 => 'the store is full',
    ];

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

    /** The agent's one-line message, escaped for a warning. */
    public function reason(): string
    {
        $line = addcslashes(trim(substr($this->body, 0, 1000)), "\0..\37\177");
        return $line !== '' ? $line : self::MEANINGS[$this->status] ?? "the agent answered $this->status";
    }
}
