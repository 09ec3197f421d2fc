<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Files\FileInfo;

/**
 * A file that an import makes an attachment of, or refuses.
 */
final class ImportCandidate
{
    /**
     * @param string  $name    below the uploads
     * @param ?string $refusal reason for which it is not imported; null if it is
     */
    public function __construct(
        public readonly string $name,
        public readonly FileInfo $file,
        public readonly ?string $refusal,
    ) {
    }
}
