<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;

/**
 * A file that is open for writing. Its bytes are staged in php://temp (in memory up to 2 MiB, then on disk) and
 * reach S3 in one exchange when it is flushed or closed; until then nobody sees them.
 */
final class StagedFile implements OpenFile
{
    private bool $isChanged = false;
    private bool $hasFailed = false;
    private bool $isCast = false;
    private int $position = 0;
    private bool $wasReadToEnd = false;

    /**
     * @param resource $bytes    the content so far
     * @param bool     $isUnborn whether closing makes the file even when nothing is written
     */
    public function __construct(
        private readonly OpenMode $mode,
        private $bytes,
        private Delivery $delivery,
        private bool $isUnborn,
    ) {
    }

    public function read(int $count): string
    {
        if (!$this->mode->isReadable) {
            throw new AgentException('it is open for writing only', AgentException::CONFLICT);
        }
        fseek($this->bytes, min($this->position, $this->stagedSize()));
        $bytes = (string) fread($this->bytes, $count);
        $this->position += strlen($bytes);
        $this->wasReadToEnd = $bytes === '';
        return $bytes;
    }

    /** Behind the end there are zeros up to where it is written. */
    public function write(string $bytes): int
    {
        $size = $this->stagedSize();
        if ($this->mode->appends()) {
            $this->position = $size;
        }
        if ($this->position > $size && !ftruncate($this->bytes, $this->position)) {
            return 0;
        }
        $this->changed();
        fseek($this->bytes, $this->position);
        $written = (int) fwrite($this->bytes, $bytes);
        $this->position += $written;
        return $written;
    }

    public function seek(int $offset, int $whence): bool
    {
        $target = $offset + match ($whence) {
            SEEK_CUR => $this->position,
            SEEK_END => $this->stagedSize(),
            default => 0,
        };
        if ($target < 0) {
            return false;
        }
        $this->position = $target;
        $this->wasReadToEnd = false;
        return true;
    }

    public function tell(): int
    {
        return $this->position;
    }

    /** As with a local file: known once a read has found nothing more. */
    public function isAtEnd(): bool
    {
        return $this->wasReadToEnd;
    }

    public function truncate(int $size): void
    {
        $this->delivery = $this->delivery->beforeTruncation($this->bytes);
        $this->changed();
        if (!ftruncate($this->bytes, $size)) {
            throw new AgentException('there is no room for it in ' . sys_get_temp_dir(), AgentException::NO_ANSWER);
        }
    }

    public function info(): FileInfo
    {
        return FileInfo::file($this->delivery->sizeBefore() + $this->stagedSize(), time());
    }

    public function isUpToDate(?FileInfo $newest): bool
    {
        return $this->isChanged || $this->isCast || $this->delivery->isOver($newest);
    }

    public function flush(): void
    {
        if ($this->isChanged || $this->isCast) {
            $this->send();
        }
    }

    public function finish(): void
    {
        try {
            if ($this->isChanged || $this->isUnborn || $this->isCast) {
                $this->send();
            }
        } catch (AgentException $refusal) {
            $madeByOthers = $refusal->status === AgentException::CONDITION_FAILED && $this->mode->kind !== 'x';
            if (!$madeByOthers || $this->isChanged || $this->isCast) {
                throw $refusal;
            }
        }
    }

    /** At the end of a request PHP may have closed the staging before the file. */
    public function close(): void
    {
        try {
            $this->finish();
        } finally {
            if (is_resource($this->bytes)) {
                fclose($this->bytes);
            }
        }
    }

    /** What failed is reported once, and not sent again before something changed. */
    private function send(): void
    {
        if ($this->hasFailed) {
            return;
        }
        $this->hasFailed = true;
        $this->delivery->send($this->bytes);
        $this->hasFailed = false;
        $this->isChanged = $this->isUnborn = false;
    }

    /** Whoever has the descriptor writes past this object, so it counts as changed from now on. */
    public function plainFile()
    {
        $this->isCast = $this->mode->isWritable;
        fseek($this->bytes, $this->position);
        return $this->bytes;
    }

    private function changed(): void
    {
        $this->isChanged = true;
        $this->hasFailed = false;
    }

    private function stagedSize(): int
    {
        return (int) fstat($this->bytes)['size'];
    }
}
