<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * The names in a directory with a certain prefix. A snapshot is valid for one second, the maximum delay of a stat
 * behind another server's change.
 */
final class DirectorySnapshot
{
    private const SECONDS = 1.0;

    /**
     * @param array<array-key, FileInfo> $entries all entries, by name
     * @param float                      $taken   time of the listing, in seconds since 1970
     */
    private function __construct(
        private readonly S3Path $directory,
        private readonly string $prefix,
        private readonly array $entries,
        private readonly float $taken,
    ) {
    }

    /** An empty snapshot: treats all names with the prefix as free. */
    public static function none(S3Path $directory, string $prefix): self
    {
        return new self($directory, $prefix, [], microtime(true));
    }

    /** Lists the names with a prefix, page by page. */
    public static function take(Files $files, S3Path $directory, string $prefix): self
    {
        $taken = microtime(true);
        $entries = [];
        $next = null;
        do {
            $page = $files->list($directory, $prefix, $next);
            $entries += $page->entries;
            $next = $page->next;
        } while ($next !== null);
        return new self($directory, $prefix, $entries, $taken);
    }

    /** True if the snapshot is valid and has all names with that prefix in that directory. */
    public function covers(S3Path $directory, string $prefix): bool
    {
        return microtime(true) - $this->taken < self::SECONDS
            && (string) $directory === (string) $this->directory
            && str_starts_with($prefix, $this->prefix);
    }

    /** True if the snapshot shows what that path is, or that it does not exist. */
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
