<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * Precondition for overwriting a file: none, that it does not exist, or that it is a certain version.
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

    /** The condition that nothing changed since this version, or since the file was missing. */
    public static function over(?FileInfo $version): self
    {
        return $version === null ? self::absent() : self::version($version->etag);
    }

    /** True if a write over that version, or over a missing file, would succeed. */
    public function allows(?FileInfo $newest): bool
    {
        return $this->headers === [] || $this->headers === self::over($newest)->headers;
    }

    public function isNone(): bool
    {
        return $this->headers === [];
    }
}
