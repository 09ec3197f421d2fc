<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * Decides whether a file is private before it is written.
 */
interface WritePrivacy
{
    public function isPrivate(S3Path $path): bool;

    /** Applies the decision for a file that is not written yet to its new name. */
    public function follow(S3Path $from, S3Path $to): void;
}
