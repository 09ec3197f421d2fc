<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * What must hold for a file to be written over: nothing, that no file is there, or that this version is.
 */
final class Condition
{
    /** @param array<string, string> $headers */
    private function __construct(public readonly array $headers)
    {
    }

    public static function none(): self
    {
        return new self([]);
    }

    public static function absent(): self
    {
        return new self(['If-None-Match' => '*']);
    }

    public static function version(string $etag): self
    {
        return new self(['If-Match' => $etag]);
    }

    /** That nothing changed since this was seen. */
    public static function over(?FileInfo $version): self
    {
        return $version === null ? self::absent() : self::version($version->etag);
    }

    /** Whether it would let a write over that version, or over nothing, pass. */
    public function allows(?FileInfo $newest): bool
    {
        return $this->headers === [] || $this->headers === self::over($newest)->headers;
    }

    public function isNone(): bool
    {
        return $this->headers === [];
    }
}
