<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * State of the bucket that this PHP request knows without asking the agent: its own writes, directories and names that
 * WordPress is about to use, one directory snapshot, and paths that were missing within the last second.
 */
final class RequestMemory
{
    /** The same as the maximum delay of a stat behind another server's change. */
    private const MISSING_SECONDS = 1.0;
    private const MAX_MISSING_PATHS = 1000;
    private const MAX_WRITTEN_PATHS = 10000;

    /** Limit for reads of this request's own writes from what the agent holds. */
    public const OWN_WRITE_SECONDS = 60;

    /** @var array<string, float> time of this request's writes, by path, the oldest first */
    private array $written = [];

    /** @var array<string, bool> true for files that this request wrote as private ones, false for public ones */
    private array $private = [];

    /** @var array<string, true> */
    private array $presentDirectories = [];

    /** @var array<string, true> */
    private array $freeNames = [];

    /** @var array<string, float> time at which a path was found to be missing, the oldest first */
    private array $missing = [];

    private ?DirectorySnapshot $snapshot = null;

    public function addPresentDirectory(S3Path $directory): void
    {
        for ($path = $directory; $path->key !== ''; $path = $path->parent()) {
            $this->presentDirectories[(string) $path] = true;
        }
    }

    public function isPresentDirectory(S3Path $path): bool
    {
        return isset($this->presentDirectories[(string) $path]);
    }

    public function removePresentDirectory(S3Path $directory): void
    {
        unset($this->presentDirectories[(string) $directory]);
    }

    public function addFreeName(S3Path $path): void
    {
        $this->freeNames[(string) $path] = true;
    }

    public function isFreeName(S3Path $path): bool
    {
        return isset($this->freeNames[(string) $path]);
    }

    public function addMissing(S3Path $path, float $asked): void
    {
        unset($this->missing[(string) $path]);
        $this->missing[(string) $path] = $asked;
        if (count($this->missing) > self::MAX_MISSING_PATHS) {
            unset($this->missing[array_key_first($this->missing)]);
        }
    }

    public function isMissing(S3Path $path): bool
    {
        return microtime(true) < ($this->missing[(string) $path] ?? 0.0) + self::MISSING_SECONDS;
    }

    public function forgetMissing(): void
    {
        $this->missing = [];
    }

    /** A snapshot that covers these names; null when there is none, and then an older one is dropped. */
    public function snapshotOf(S3Path $directory, string $prefix): ?DirectorySnapshot
    {
        return $this->snapshot = $this->snapshot?->covers($directory, $prefix) ? $this->snapshot : null;
    }

    /** A snapshot that shows whether there is such a file or directory; null when there is none. */
    public function snapshotWith(S3Path $path): ?DirectorySnapshot
    {
        return $this->snapshot?->knows($path) ? $this->snapshot : null;
    }

    public function keepSnapshot(DirectorySnapshot $snapshot): void
    {
        $this->snapshot = $snapshot;
    }

    /** @param ?bool $isPrivate null if the write does not tell */
    public function addWritten(S3Path $path, ?bool $isPrivate): void
    {
        unset($this->written[(string) $path]);
        $this->written[(string) $path] = microtime(true);
        if (count($this->written) > self::MAX_WRITTEN_PATHS) {
            $oldest = array_key_first($this->written);
            unset($this->written[$oldest], $this->private[$oldest]);
        }
        if ($isPrivate !== null) {
            $this->private[(string) $path] = $isPrivate;
        }
    }

    public function wasWritten(S3Path $path): bool
    {
        return microtime(true) - ($this->written[(string) $path] ?? 0.0) < self::OWN_WRITE_SECONDS;
    }

    /** Null if it is unknown. */
    public function isPrivate(S3Path $path): ?bool
    {
        return $this->private[(string) $path] ?? null;
    }

    public function forgetPrivacy(S3Path $path): void
    {
        unset($this->private[(string) $path]);
    }

    /** A file or directory was written, moved or deleted. PHP caches the last stat and does not see the change. */
    public function forget(S3Path $path): void
    {
        clearstatcache(true, (string) $path);
        unset($this->written[(string) $path], $this->freeNames[(string) $path], $this->private[(string) $path]);
        $this->snapshot = null;
        $this->missing = [];
    }

    /** Another process may have changed any file. */
    public function forgetOthers(): void
    {
        $this->snapshot = null;
        $this->missing = [];
        clearstatcache();
    }
}
