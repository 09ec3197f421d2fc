<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;
use Aloft\Files\LocalPath;

/**
 * An open file on this host, handled by PHP's own functions.
 */
final class LocalFile implements OpenFile
{
    /** @param resource $handle */
    private function __construct(private $handle, private readonly string $path)
    {
    }

    /** @throws AgentException */
    public static function open(LocalPath $place, string $mode): self
    {
        if (OpenMode::parse($mode)->isWritable) {
            $place->makeDirectoryAbove();
            clearstatcache();
        }
        $handle = is_dir($place->path) ? false : @fopen($place->path, $mode);
        return $handle === false
            ? throw new AgentException("cannot open $place->path: " . self::lastError(), AgentException::NO_ANSWER)
            : new self($handle, $place->path);
    }

    public function read(int $count): string
    {
        return (string) fread($this->handle, $count);
    }

    public function write(string $bytes): int
    {
        clearstatcache();
        return (int) fwrite($this->handle, $bytes);
    }

    public function seek(int $offset, int $whence): bool
    {
        return fseek($this->handle, $offset, $whence) === 0;
    }

    public function tell(): int
    {
        return (int) ftell($this->handle);
    }

    public function isAtEnd(): bool
    {
        return feof($this->handle);
    }

    public function truncate(int $size): void
    {
        clearstatcache();
        if (!ftruncate($this->handle, $size)) {
            throw new AgentException("cannot cut $this->path: " . self::lastError(), AgentException::NO_ANSWER);
        }
    }

    public function info(): FileInfo
    {
        $stat = fstat($this->handle);
        return FileInfo::file((int) $stat['size'], (int) $stat['mtime']);
    }

    public function isUpToDate(?FileInfo $newest): bool
    {
        return true;
    }

    public function lock(int $operation): bool
    {
        return ($operation & ~LOCK_NB) === 0 || flock($this->handle, $operation); // 0 asks whether locks are supported
    }

    public function flush(): void
    {
        if (!fflush($this->handle)) {
            throw new AgentException("cannot write $this->path: " . self::lastError(), AgentException::NO_ANSWER);
        }
    }

    public function finish(): void
    {
        $this->flush();
    }

    public function close(): void
    {
        fclose($this->handle);
    }

    public function plainFile()
    {
        return $this->handle;
    }

    private static function lastError(): string
    {
        return error_get_last()['message'] ?? 'it is not there';
    }
}
