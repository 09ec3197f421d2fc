<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;

/**
 * A file open for writing. Its bytes are staged in php://temp (in memory up to 2 MiB, then on disk) and reach S3 in one
 * exchange on flush or close. Until then they are not visible.
 */
final class StagedFile implements OpenFile
{
    use Position;

    private bool $isChanged = false;
    private bool $hasFailed = false;
    private bool $isCast = false;

    /**
     * @param resource $bytes    the current content
     * @param bool     $isUnborn create the file on close even if nothing was written
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
        fseek($this->bytes, min($this->position, $this->size()));
        $bytes = (string) fread($this->bytes, $count);
        $this->position += strlen($bytes);
        $this->wasReadToEnd = $bytes === '';
        return $bytes;
    }

    /** Fills the gap behind the end with zeros. */
    public function write(string $bytes): int
    {
        $size = $this->size();
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
        return FileInfo::file($this->delivery->sizeBefore() + $this->size(), time());
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

    /** PHP may close the staging stream before the file at the end of a request. */
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

    /** Reports a failure once, and retries only after a change. */
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

    /** Writes through the descriptor bypass this object, so the file counts as changed from now on. */
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

    private function size(): int
    {
        return (int) fstat($this->bytes)['size'];
    }
}
