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
 * Files of the bucket as plain local files, for code that needs a real path: ZipArchive, Imagick's "file.pdf[0]",
 * ffmpeg. A copy that was asked for to be written is sent when its user is done with it, over the version that was
 * copied and no other; what nobody was done with by the end of the request is given up, with a warning, because it
 * may be half written.
 *
 * They lie in a folder of this process alone, with random names and never with an extension that a server runs; one
 * that has to bear the file's own name lies in a folder with a random one.
 * What a killed process leaves behind is removed by the next one.
 */
final class LocalCopies
{
    private const FOLDER = '/aloft-local-';
    private const STALE_FOLDERS = 100;

    /** So long after it was made, a folder has its owner's lock, or nobody's. */
    private const STALE_SECONDS = 60;

    /** Left free on the disk. */
    private const RESERVE_BYTES = 64 << 20;

    /** @var array<string, array{S3Path, ?Condition}> what they are copies of, and over what they are sent back */
    private array $copies = [];
    private ?string $folder = null;

    /** @var resource|null held for as long as this process lives */
    private $owner = null;
    private int $process = 0;

    private static ?self $ofThisRequest = null;

    /**
     * @param bool $isStrict  whether a copy that cannot be sent back throws {@see WriteFailed}
     * @param int  $maxCopies at the same time
     * @param int  $maxBytes  of the file that is copied
     */
    public function __construct(
        private readonly Files $files,
        private readonly bool $isStrict,
        private readonly int $maxCopies = 100,
        private readonly int $maxBytes = 8 << 30,
    ) {
    }

    /** Null where Aloft is switched off. */
    public static function ofThisRequest(): ?self
    {
        return self::$ofThisRequest;
    }

    public function register(): void
    {
        self::$ofThisRequest = $this;
    }

    /** The local path of a copy; a path that is not in the bucket as it is; false, with a warning, if it cannot be. */
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
     * A copy to read that has the file's own name, in a folder of its own.
     *
     * @throws AgentException
     */
    public function named(S3Path $path): string
    {
        return $this->copy($path, OpenMode::parse('r'), keepsName: true);
    }

    /** Sends a copy back, if it was one to write and is still there, and removes it. */
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
     * What the copy may be sent over; null for one that is only read. A file that begins empty is left to be made by
     * whoever writes it: most programs ask before they write over one.
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

    /** Some libraries go by the extension. One that a server might run is left out. */
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
            return; // a fork's end is not the end of its parent's copies
        }
        foreach ($this->copies as [$path, $condition]) {
            if ($condition !== null) {
                Warning::give("gives up the local copy of $path: nobody called aloft_local_done()");
            }
        }
        $this->copies = [];
        self::removeFolder((string) $this->folder);
        $this->folder = null;
    }

    /** Folders of this user whose owner is not locked any more. */
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
