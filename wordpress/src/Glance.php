<?php

declare(strict_types=1);

namespace Aloft;

/**
 * What one look at a directory showed of the names that begin in one way. It holds for a second, which is how
 * far a stat may be behind a change of another server's.
 */
final class Glance
{
    private const SECONDS = 1.0;

    private function __construct(
        private readonly S3Path $directory,
        private readonly string $prefix,
        private readonly Listing $listing,
        private readonly float $taken,
    ) {
    }

    public static function of(S3Path $directory, string $prefix, Listing $firstPage): self
    {
        return new self($directory, $prefix, $firstPage, microtime(true));
    }

    /** Whether it can say what that path is, or that it is missing. */
    public function knows(S3Path $path): bool
    {
        if (microtime(true) - $this->taken >= self::SECONDS) {
            return false;
        }
        if ((string) $path === (string) $this->directory) {
            return $this->listing->entries !== [];
        }
        return (string) $path->parent() === (string) $this->directory
            && str_starts_with($path->name(), $this->prefix)
            && ($this->listing->next === null || isset($this->listing->entries[$path->name()]));
    }

    public function stat(S3Path $path): ?FileInfo
    {
        return (string) $path === (string) $this->directory
            ? FileInfo::directory()
            : $this->listing->entries[$path->name()] ?? null;
    }
}
