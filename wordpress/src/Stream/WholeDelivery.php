<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Files\Condition;
use Aloft\Files\FileInfo;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Replaces the whole file. After the first conditional write, later writes replace only the version that this handle
 * wrote itself.
 */
final class WholeDelivery implements Delivery
{
    public function __construct(
        private readonly Files $files,
        private readonly S3Path $path,
        private Condition $condition,
    ) {
    }

    public function send($bytes): void
    {
        $etag = $this->files->put($this->path, $bytes, $this->condition);
        if (!$this->condition->isNone() && $etag !== '') {
            $this->condition = Condition::version($etag);
        }
    }

    public function sizeBefore(): int
    {
        return 0;
    }

    public function isOver(?FileInfo $newest): bool
    {
        return $this->condition->allows($newest);
    }

    public function beforeTruncation($bytes): self
    {
        return $this;
    }
}
