<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * Decides, before a file is written, whether it is stored as a private one.
 */
interface WritePrivacy
{
    public function isPrivate(S3Path $path): bool;

    /** A file that is not written yet gets another name. */
    public function follow(S3Path $from, S3Path $to): void;
}
