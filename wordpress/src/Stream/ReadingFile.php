<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Files\Window;

/**
 * A file open for reading: one version of it, in windows that grow during sequential reads.
 *
 * Holds one window of up to 8 MiB in memory.
 */
final class ReadingFile implements OpenFile
{
    use Position;

    private const FIRST_BYTES = 1 << 20;
    private const LARGEST_BYTES = 8 << 20;

    private int $windowBytes = self::FIRST_BYTES;
    private readonly FileInfo $file;

    /** @var resource|null kept open for as long as PHP uses its descriptor */
    private $plainFile = null;

    private function __construct(
        private readonly Files $files,
        private readonly S3Path $path,
        private Window $window,
    ) {
        $this->file = $window->file;
    }

    public static function open(Files $files, S3Path $path): self
    {
        return new self($files, $path, $files->read($path, 0, self::FIRST_BYTES));
    }

    /**
     * Copies a file's content to the beginning of a local stream. Returns null and copies nothing if the file does not
     * exist.
     *
     * @param resource $stream
     */
    public static function load(Files $files, S3Path $path, $stream): ?FileInfo
    {
        try {
            $file = self::open($files, $path);
        } catch (AgentException $refusal) {
            return $refusal->status === AgentException::NOT_FOUND ? null : throw $refusal;
        }
        rewind($stream);
        $file->copyTo($stream);
        return $file->file;
    }

    public function read(int $count): string
    {
        if ($this->position >= $this->file->size) {
            $this->wasReadToEnd = true;
            return '';
        }
        if (!$this->window->holds($this->position)) {
            $this->fetch();
        }
        $bytes = substr($this->window->bytes, $this->position - $this->window->from, $count);
        $this->position += strlen($bytes);
        return $bytes;
    }

    private function fetch(): void
    {
        $inOrder = $this->position === $this->window->end();
        $this->windowBytes = $inOrder ? min(2 * $this->windowBytes, self::LARGEST_BYTES) : self::FIRST_BYTES;
        $this->window = new Window($this->position, '', $this->file);
        try {
            $window = $this->files->read($this->path, $this->position, $this->windowBytes, $this->file->etag);
        } catch (AgentException $refusal) {
            throw $refusal->status === AgentException::CONDITION_FAILED
                ? new AgentException('the file was replaced while it was being read', $refusal->status)
                : $refusal;
        }
        if (!$window->holds($this->position) || $window->file->size !== $this->file->size) {
            $reason = "the agent answered without the bytes from $this->position on";
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
        $this->window = $window;
    }

    public function write(string $bytes): int
    {
        throw new AgentException('it is open for reading only', AgentException::CONFLICT);
    }

    public function truncate(int $size): void
    {
        throw new AgentException('it is open for reading only', AgentException::CONFLICT);
    }

    private function size(): int
    {
        return $this->file->size;
    }

    public function info(): FileInfo
    {
        return $this->file;
    }

    /** A deleted file stays readable as far as it was read. */
    public function isUpToDate(?FileInfo $newest): bool
    {
        return $newest === null || $newest->etag === $this->file->etag;
    }

    public function flush(): void
    {
    }

    public function finish(): void
    {
    }

    public function close(): void
    {
        $this->window = new Window(0, '', $this->file);
        $this->plainFile = null;
    }

    public function plainFile()
    {
        $copy = tmpfile();
        if ($copy === false) {
            throw new AgentException('no temporary file can be made', AgentException::NO_ANSWER);
        }
        $position = $this->position;
        $this->position = 0;
        $this->copyTo($copy);
        $this->position = $position;
        fseek($copy, $position);
        return $this->plainFile = $copy;
    }

    /**
     * Copies everything from the position to the end.
     *
     * @param resource $stream
     */
    public function copyTo($stream): void
    {
        while ($this->position < $this->file->size) {
            $bytes = $this->read(self::LARGEST_BYTES);
            if (fwrite($stream, $bytes) !== strlen($bytes)) {
                $reason = 'there is no room for its content in ' . sys_get_temp_dir();
                throw new AgentException($reason, AgentException::NO_ANSWER);
            }
        }
    }
}
