<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Opens files in every mode of fopen(). Failures that can be known in advance are raised here, because PHP reports them
 * only on opening.
 */
final class FileOpener
{
    public function __construct(private readonly Files $files)
    {
    }

    /** @throws AgentException */
    public function open(S3Path $path, OpenMode $mode): OpenFile
    {
        if ($path->isDirectory) {
            throw new AgentException('it is a directory', AgentException::CONFLICT);
        }
        if (!$mode->isWritable) {
            return ReadingFile::open($this->files, $path);
        }
        $this->files->checkWritable($path);
        return match ($mode->kind) {
            'w' => $this->fresh($path, $mode, Condition::none()),
            'x' => $this->exclusive($path, $mode),
            'a' => $mode->isReadable ? $this->loadedForAppending($path, $mode) : $this->appending($path, $mode),
            default => $this->loaded($path, $mode),
        };
    }

    private function fresh(S3Path $path, OpenMode $mode, Condition $condition): StagedFile
    {
        return new StagedFile($mode, self::staging(), new WholeDelivery($this->files, $path, $condition), true);
    }

    private function exclusive(S3Path $path, OpenMode $mode): StagedFile
    {
        if ($this->files->stat($path) !== null) {
            throw new AgentException('a file or directory is there already', AgentException::CONDITION_FAILED);
        }
        return $this->fresh($path, $mode, Condition::absent());
    }

    private function appending(S3Path $path, OpenMode $mode): StagedFile
    {
        return new StagedFile($mode, self::staging(), new AppendDelivery($this->files, $path, 0, null), true);
    }

    private function loadedForAppending(S3Path $path, OpenMode $mode): StagedFile
    {
        $bytes = self::staging();
        $old = ReadingFile::load($this->files, $path, $bytes);
        $delivery = new AppendDelivery($this->files, $path, (int) fstat($bytes)['size'], Condition::over($old));
        return new StagedFile($mode, $bytes, $delivery, $old === null);
    }

    private function loaded(S3Path $path, OpenMode $mode): StagedFile
    {
        $bytes = self::staging();
        $old = ReadingFile::load($this->files, $path, $bytes);
        if ($old === null && $mode->kind === 'r') {
            throw new AgentException('there is no such file', AgentException::NOT_FOUND);
        }
        $delivery = new WholeDelivery($this->files, $path, Condition::over($old));
        return new StagedFile($mode, $bytes, $delivery, $old === null);
    }

    /** @return resource */
    private static function staging()
    {
        return fopen('php://temp', 'w+b');
    }
}
