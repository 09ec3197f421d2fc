<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\LocalPath;
use Aloft\Files\Lock;
use Aloft\Files\S3Path;
use Aloft\ReadFailed;
use Aloft\WriteFailed;

/**
 * The stream wrapper of s3:// paths; each object is one open file or directory.
 *
 * It is registered as a local wrapper, so it works with allow_url_fopen on or off, and it rejects include itself:
 * uploads are never executed. Failures are warnings that begin with "aloft:". In flush and close, where PHP ignores
 * them, they are exceptions unless the site is not strict.
 *
 * @see https://www.php.net/manual/en/class.streamwrapper.php
 */
final class StreamWrapper
{
    private const SCHEME = 's3';

    /** STREAM_OPEN_FOR_INCLUDE of PHP's main/php_streams.h, which has no PHP constant. */
    private const OPEN_FOR_INCLUDE = 128;

    /** @var resource|null set by PHP */
    public $context;

    private static Files $files;
    private static bool $isStrict = true;

    private string $path = '';
    private string $mode = '';
    private ?OpenFile $file = null;
    private ?Lock $lock = null;
    private ?DirectoryReader $directory = null;
    private bool $isBroken = false;

    public static function register(Files $files, bool $isStrict): void
    {
        self::$files = $files;
        self::$isStrict = $isStrict;
        if (in_array(self::SCHEME, stream_get_wrappers(), true)) {
            stream_wrapper_unregister(self::SCHEME);
        }
        stream_wrapper_register(self::SCHEME, self::class, 0);
    }

    public function stream_open(string $path, string $mode, int $options, ?string &$openedPath): bool
    {
        if (($options & self::OPEN_FOR_INCLUDE) !== 0 && !self::isForSettings()) {
            return Warning::give("refuses to run $path: files in the bucket are data, never code");
        }
        $this->path = $path;
        $this->mode = $mode;
        try {
            StreamOptions::of($this->context)->noteIgnored();
            $parsedMode = OpenMode::parse($mode);
            $this->file = $this->open(S3Path::parse($path), $parsedMode);
        } catch (AgentException $refusal) {
            return Warning::give("cannot open $path with \"$mode\"", $refusal);
        }
        if ($parsedMode->isWritable) {
            ShutdownFlush::add($this, fn (): bool => $this->deliver($this->file->finish(...)));
        }
        $openedPath = $path;
        return true;
    }

    /** parse_ini_file() opens files as include does, but only reads them. */
    private static function isForSettings(): bool
    {
        $caller = debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 3)[2] ?? [];
        return ($caller['function'] ?? '') === 'parse_ini_file' && !isset($caller['class'])
            && (new \ReflectionFunction('parse_ini_file'))->isInternal();
    }

    public function stream_read(int $count): string|false
    {
        try {
            return $this->isBroken ? false : $this->file->read($count);
        } catch (AgentException $refusal) {
            $this->isBroken = $refusal->status !== AgentException::CONFLICT;
            if ($this->isBroken && self::$isStrict) {
                throw new ReadFailed("aloft: cannot read $this->path: {$refusal->getMessage()}", 0, $refusal);
            }
            return Warning::give("cannot read $this->path", $refusal);
        }
    }

    public function stream_write(string $bytes): int|false
    {
        try {
            return $this->file->write($bytes);
        } catch (AgentException $refusal) {
            return Warning::give("cannot write $this->path", $refusal);
        }
    }

    public function stream_seek(int $offset, int $whence): bool
    {
        return $this->file->seek($offset, $whence);
    }

    public function stream_tell(): int
    {
        return $this->file->tell();
    }

    /** True after a failure too, which ends loops until feof(). */
    public function stream_eof(): bool
    {
        return $this->isBroken || $this->file->isAtEnd();
    }

    public function stream_truncate(int $size): bool
    {
        return OpenMode::parse($this->mode)->isWritable
            && $this->attempt("truncate $this->path", fn () => $this->file->truncate($size));
    }

    /** @return array<string, int>|false */
    public function stream_stat(): array|false
    {
        try {
            return $this->file->info()->stat();
        } catch (AgentException $refusal) {
            return Warning::give("cannot stat $this->path", $refusal);
        }
    }

    public function stream_flush(): bool
    {
        return $this->deliver($this->file->flush(...));
    }

    public function stream_close(): void
    {
        ShutdownFlush::remove($this);
        try {
            $this->deliver($this->file->close(...));
        } finally {
            $this->unlock();
        }
    }

    /**
     * flock(). Writes made under a lock are in S3 before the lock is released, and a new lock shows all earlier writes.
     */
    public function stream_lock(int $operation): bool
    {
        if ($this->file instanceof LocalFile) {
            return $this->file->lock($operation);
        }
        $kind = $operation & ~LOCK_NB;
        if ($kind === LOCK_UN) {
            try {
                return $this->stream_flush();
            } finally {
                $this->unlock();
            }
        }
        if ($kind !== LOCK_SH && $kind !== LOCK_EX) {
            return true; // PHP asks whether locks are supported
        }
        try {
            return $this->lock($kind === LOCK_SH, $operation !== $kind ? 0 : Lock::WAIT_SECONDS);
        } catch (AgentException $refusal) {
            $this->unlock();
            return Warning::give("cannot lock $this->path", $refusal);
        }
    }

    /** @return resource|false */
    public function stream_cast(int $as)
    {
        try {
            return $this->file->plainFile();
        } catch (AgentException $refusal) {
            return Warning::give("cannot make a local file of $this->path", $refusal);
        }
    }

    /** Blocking mode, time limits and buffers have no effect. */
    public function stream_set_option(int $option, ?int $first, ?int $second): bool
    {
        return false;
    }

    /**
     * touch() creates a missing file. Times, modes and owners are accepted without effect: S3 and the agent decide
     * them.
     */
    public function stream_metadata(string $path, int $option, mixed $value): bool
    {
        return $option !== STREAM_META_TOUCH
            || $this->attempt(
                "touch $path",
                fn () => $this->touch(S3Path::parse($path)),
                static fn (LocalPath $place): bool => @touch($place->path, ...$value),
            );
    }

    /** @return array<string, int>|false */
    public function url_stat(string $path, int $flags): array|false
    {
        try {
            $asked = S3Path::parse($path);
            $info = self::$files->stat($asked);
        } catch (LocalPath $place) {
            return @stat($place->path);
        } catch (AgentException $refusal) {
            return ($flags & STREAM_URL_STAT_QUIET) === 0 && Warning::give("cannot stat $path", $refusal);
        }
        return $info === null || ($asked->isDirectory && !$info->isDirectory) ? false : $info->stat();
    }

    public function unlink(string $path): bool
    {
        return $this->attempt(
            "remove $path",
            fn () => self::$files->delete(S3Path::parseFile($path)),
            static fn (LocalPath $place): bool => @unlink($place->path),
        );
    }

    public function rename(string $from, string $to): bool
    {
        return $this->attempt("rename $from to $to", static function () use ($from, $to): void {
            [$source, $target] = [S3Path::parse($from), S3Path::parse($to)];
            if ((string) $source !== (string) $target) {
                self::$files->move($source, $target);
            } elseif (self::$files->stat($source) === null) {
                throw new AgentException('there is no such file or directory', AgentException::NOT_FOUND);
            }
        }, static function (LocalPath $place) use ($to): bool {
            $target = self::placeOf(S3Path::parse($to));
            $target?->makeDirectoryAbove();
            return $target !== null && @rename($place->path, $target->path);
        });
    }

    /** Creates parent directories too: directories in a bucket exist only through their files. */
    public function mkdir(string $path, int $mode, int $options): bool
    {
        return $this->attempt(
            "make $path",
            fn () => self::$files->makeDirectory(S3Path::parse($path)),
            static fn (LocalPath $place): bool => @mkdir($place->path, $mode, true),
        );
    }

    public function rmdir(string $path, int $options): bool
    {
        return $this->attempt(
            "remove $path",
            fn () => self::$files->removeDirectory(S3Path::parse($path)),
            static fn (LocalPath $place): bool => @rmdir($place->path),
        );
    }

    public function dir_opendir(string $path, int $options): bool
    {
        return $this->attempt("list $path", function () use ($path): void {
            $options = StreamOptions::of($this->context);
            $parsed = S3Path::parse($path);
            try {
                $this->directory = DirectoryReader::open(self::$files, $parsed, $options);
            } catch (LocalPath $place) {
                $this->directory = DirectoryReader::local(self::$files, $parsed, $options, $place);
            }
            $this->path = $path;
        });
    }

    public function dir_readdir(): string|false
    {
        try {
            return $this->directory->read() ?? false;
        } catch (AgentException $refusal) {
            return Warning::give("cannot list $this->path", $refusal);
        }
    }

    public function dir_rewinddir(): bool
    {
        return $this->attempt("list $this->path", $this->directory->rewind(...));
    }

    public function dir_closedir(): bool
    {
        $this->directory = null;
        return true;
    }

    private function open(S3Path $path, OpenMode $mode): OpenFile
    {
        try {
            return (new FileOpener(self::$files))->open($path, $mode);
        } catch (LocalPath $place) {
            return LocalFile::open($place, $this->mode);
        }
    }

    /** The path on this host; null for paths in S3. */
    private static function placeOf(S3Path $path): ?LocalPath
    {
        try {
            self::$files->stat($path);
            return null;
        } catch (LocalPath $place) {
            return $place;
        }
    }

    private function lock(bool $isShared, int $waitSeconds): bool
    {
        $this->unlock();
        $path = S3Path::parse($this->path);
        $this->lock = self::$files->lock($path, $isShared, $waitSeconds);
        if ($this->lock !== null) {
            $this->takeInWhatIsNew($path);
            return true;
        }
        if ($waitSeconds === 0) {
            return false;
        }
        throw new AgentException("others have held it for $waitSeconds s", AgentException::LOCKED);
    }

    private function takeInWhatIsNew(S3Path $path): void
    {
        $mode = OpenMode::parse($this->mode);
        if ($mode->startsEmpty() || $this->file->isUpToDate(self::$files->stat($path))) {
            return;
        }
        $position = $this->file->tell();
        $this->file = $this->open($path, $mode);
        $this->file->seek($position, SEEK_SET);
    }

    private function unlock(): void
    {
        $this->lock?->release();
        $this->lock = null;
    }

    private function touch(S3Path $path): void
    {
        if (self::$files->stat($path) !== null) {
            return;
        }
        try {
            self::$files->put($path, '', Condition::absent());
        } catch (AgentException $refusal) {
            if ($refusal->status !== AgentException::CONDITION_FAILED) {
                throw $refusal;
            }
        }
    }

    /** @param \Closure(): void $send */
    private function deliver(\Closure $send): bool
    {
        try {
            $send();
            return true;
        } catch (AgentException $refusal) {
            if (self::$isStrict) {
                throw new WriteFailed("aloft: cannot write $this->path: {$refusal->getMessage()}", 0, $refusal);
            }
            return Warning::give("cannot write $this->path", $refusal);
        }
    }

    /**
     * @param \Closure(): void              $operation
     * @param ?\Closure(LocalPath): bool    $locally   the operation for a path on this host
     */
    private function attempt(string $what, \Closure $operation, ?\Closure $locally = null): bool
    {
        try {
            $operation();
            return true;
        } catch (LocalPath $place) {
            clearstatcache();
            return ($locally !== null && $locally($place)) || Warning::give("cannot $what", $place);
        } catch (AgentException $refusal) {
            return Warning::give("cannot $what", $refusal);
        }
    }
}
