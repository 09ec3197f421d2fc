<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\LocalPath;
use Aloft\Files\S3Path;
use Aloft\WriteFailed;

/**
 * Local copies of files in the bucket, for code that needs a real path: ZipArchive, Imagick's "file.pdf[0]", ffmpeg. A
 * writable copy is sent back when its user calls aloft_local_done(), only over the version that was copied. A copy that
 * is still open at the end of the request may be incomplete, and is discarded with a warning.
 *
 * Each process has its own folder. Names are random, without extensions that a server executes; a copy that must keep
 * the file's name lies in a random subfolder. The next process removes the folders of killed ones.
 */
final class LocalCopies
{
    private const FOLDER = '/aloft-local-';
    private const STALE_FOLDERS = 100;

    /** Age from which a folder without a lock is stale. */
    private const STALE_SECONDS = 60;

    /** Disk space to leave free. */
    private const RESERVE_BYTES = 64 << 20;

    /** @var array<string, array{S3Path, ?Condition}> original and write condition, by local path */
    private array $copies = [];
    private ?string $folder = null;

    /** @var resource|null held for as long as this process lives */
    private $owner = null;
    private int $process = 0;

    private static ?self $ofThisRequest = null;

    /**
     * @param bool $isStrict  when a copy cannot be sent back, throw {@see WriteFailed}
     * @param int  $maxCopies number of open copies
     * @param int  $maxBytes  size of a copied file
     */
    public function __construct(
        private readonly Files $files,
        private readonly bool $isStrict,
        private readonly int $maxCopies = 100,
        private readonly int $maxBytes = 8 << 30,
    ) {
    }

    /** Null if Aloft is off. */
    public static function ofThisRequest(): ?self
    {
        return self::$ofThisRequest;
    }

    public function register(): void
    {
        self::$ofThisRequest = $this;
    }

    /** The local path of a copy. Paths outside the bucket are returned unchanged; false, with a warning, on failure. */
    public function path(string $path, string $mode): string|false
    {
        try {
            return S3Path::isS3($path) ? $this->copy(S3Path::parse($path), OpenMode::parse($mode)) : $path;
        } catch (LocalPath $place) {
            $place->makeDirectoryAbove();
            return $place->path;
        } catch (AgentException $refusal) {
            return Warning::give("cannot make a local copy of $path", $refusal);
        }
    }

    /**
     * A read-only copy with the file's own name, in its own folder.
     *
     * @throws AgentException
     */
    public function named(S3Path $path): string
    {
        return $this->copy($path, OpenMode::parse('r'), keepsName: true);
    }

    /** Sends a writable copy back if it still exists, and deletes it. */
    public function done(string $local): bool
    {
        [$path, $condition] = $this->copies[$local] ?? [null, null];
        if ($path === null) {
            return true;
        }
        unset($this->copies[$local]);
        try {
            $bytes = $condition === null ? false : @fopen($local, 'rb');
            if ($bytes !== false) {
                $this->files->put($path, $bytes, $condition);
            }
            return true;
        } catch (AgentException $refusal) {
            return $this->isStrict
                ? throw new WriteFailed("aloft: cannot write $path: {$refusal->getMessage()}", 0, $refusal)
                : Warning::give("cannot write $path", $refusal);
        } finally {
            $this->remove($local);
        }
    }

    private function copy(S3Path $path, OpenMode $mode, bool $keepsName = false): string
    {
        if (count($this->copies) >= $this->maxCopies) {
            $reason = "there are $this->maxCopies already; call aloft_local_done()";
            throw new AgentException($reason, AgentException::CONFLICT);
        }
        if ($path->isDirectory) {
            throw new AgentException('it is a directory', AgentException::CONFLICT);
        }
        if ($mode->isWritable) {
            $this->files->checkWritable($path);
        }
        $local = $this->folder() . '/' . bin2hex(random_bytes(16));
        if ($keepsName) {
            @mkdir($local, 0700);
        }
        $local .= $keepsName ? '/' . $path->name() : self::extension($path);
        try {
            $this->copies[$local] = [$path, $this->fill($local, $path, $mode)];
        } catch (AgentException $refusal) {
            $this->remove($local);
            throw $refusal;
        }
        return $local;
    }

    private function remove(string $local): void
    {
        @unlink($local);
        if (dirname($local) !== $this->folder) {
            @rmdir(dirname($local));
        }
    }

    /**
     * Fills the copy and returns the condition for sending it back; null for a read-only copy. An empty copy is not
     * created, because most programs ask before they overwrite a file.
     */
    private function fill(string $local, S3Path $path, OpenMode $mode): ?Condition
    {
        if ($mode->kind === 'w') {
            return Condition::none();
        }
        $there = $this->files->stat($path);
        if ($there === null && $mode->kind !== 'r') {
            return Condition::absent();
        }
        if ($there !== null && $mode->kind === 'x') {
            throw new AgentException('a file or directory is there already', AgentException::CONDITION_FAILED);
        }
        $this->requireRoom($there->size ?? 0);
        $stream = @fopen($local, 'xb') ?: throw new AgentException("cannot write $local", AgentException::NO_ANSWER);
        try {
            chmod($local, $mode->isWritable ? 0600 : 0400);
            $copied = ReadingFile::load($this->files, $path, $stream)
                ?? throw new AgentException('there is no such file', AgentException::NOT_FOUND);
            return $mode->isWritable ? Condition::over($copied) : null;
        } finally {
            fclose($stream);
        }
    }

    private function requireRoom(int $bytes): void
    {
        if ($bytes > $this->maxBytes) {
            throw new AgentException("its $bytes bytes are more than a local copy may have, $this->maxBytes", 413);
        }
        $free = @disk_free_space((string) $this->folder);
        if ($free !== false && $bytes > $free - self::RESERVE_BYTES) {
            $reason = "there is no room for its $bytes bytes in $this->folder";
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
    }

    /** Extension for libraries that need one; empty for extensions that a server might execute. */
    private static function extension(S3Path $path): string
    {
        $extension = strtolower(pathinfo($path->name(), PATHINFO_EXTENSION));
        $isHarmless = preg_match('/^[a-z0-9]{1,8}$/', $extension) === 1
            && preg_match('/^(ph|cgi|fcgi|pl|py|rb|sh|bash|asp|jsp|exe|inc|s?ht)/', $extension) === 0;
        return $isHarmless ? ".$extension" : '';
    }

    private function folder(): string
    {
        if ($this->folder === null || $this->process !== getmypid()) {
            $this->copies = [];
            self::removeStale();
            $folder = rtrim(sys_get_temp_dir(), '/') . self::FOLDER . bin2hex(random_bytes(16));
            if (!@mkdir($folder, 0700) || !($this->owner = @fopen("$folder/owner", 'xb'))) {
                throw new AgentException("cannot make the folder $folder for local copies", AgentException::NO_ANSWER);
            }
            flock($this->owner, LOCK_EX);
            $this->folder = $folder;
            $this->process = getmypid();
            register_shutdown_function($this->giveUp(...));
        }
        return $this->folder;
    }

    private function giveUp(): void
    {
        if ($this->process !== getmypid()) {
            return; // a forked child must not remove its parent's copies
        }
        foreach ($this->copies as [$path, $condition]) {
            if ($condition !== null) {
                Warning::give("discards the local copy of $path: aloft_local_done() was not called");
            }
        }
        $this->copies = [];
        self::removeFolder((string) $this->folder);
        $this->folder = null;
    }

    /** Removes folders of this user that no process locks. */
    private static function removeStale(): void
    {
        $folders = glob(rtrim(sys_get_temp_dir(), '/') . self::FOLDER . '*', GLOB_ONLYDIR | GLOB_NOSORT) ?: [];
        foreach (array_slice($folders, 0, self::STALE_FOLDERS) as $folder) {
            $isFresh = (int) @filemtime($folder) > time() - self::STALE_SECONDS;
            if ($isFresh || is_link($folder) || @fileowner($folder) !== @fileowner('/proc/self')) {
                continue;
            }
            $owner = @fopen("$folder/owner", 'rb');
            if ($owner !== false && flock($owner, LOCK_EX | LOCK_NB)) {
                self::removeFolder($folder);
            }
        }
    }

    private static function removeFolder(string $folder): void
    {
        foreach (@scandir($folder) ?: [] as $name) {
            $file = "$folder/$name";
            if ($name !== '.' && $name !== '..') {
                is_dir($file) && !is_link($file) ? self::removeFolder($file) : @unlink($file);
            }
        }
        @rmdir($folder);
    }
}
