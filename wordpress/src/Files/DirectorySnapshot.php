<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * What one look at a directory showed of the names that begin in one way. It holds for a second, which is how
 * far a stat may be behind a change of another server's.
 */
final class DirectorySnapshot
{
    private const SECONDS = 1.0;

    /**
     * @param array<array-key, FileInfo> $entries all of them, by name
     * @param float                      $taken   when, in seconds since 1970
     */
    public function __construct(
        private readonly S3Path $directory,
        private readonly string $prefix,
        private readonly array $entries,
        private readonly float $taken,
    ) {
    }

    /** Whether it can say which names of that directory begin so. */
    public function covers(S3Path $directory, string $prefix): bool
    {
        return microtime(true) - $this->taken < self::SECONDS
            && (string) $directory === (string) $this->directory
            && str_starts_with($prefix, $this->prefix);
    }

    /** Whether it can say what that path is, or that nothing is there. */
    public function knows(S3Path $path): bool
    {
        return (string) $path === (string) $this->directory
            ? $this->entries !== [] && $this->covers($path, $this->prefix)
            : $this->covers($path->parent(), $path->name());
    }

    public function stat(S3Path $path): ?FileInfo
    {
        return (string) $path === (string) $this->directory
            ? FileInfo::directory()
            : $this->entries[$path->name()] ?? null;
    }

    /** @return list<string> */
    public function names(string $prefix): array
    {
        $names = array_map(strval(...), array_keys($this->entries));
        return array_values(array_filter($names, static fn (string $name): bool => str_starts_with($name, $prefix)));
    }
}
