<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Files\FileInfo;

/**
 * A file of the uploads as S3 and the attachments have it.
 */
final class JoinedFile
{
    /**
     * @param ?FileInfo                              $stored null if S3 has no such file
     * @param list<array{string, string, string}>    $uses   attachment, role, and size in bytes or ""
     * @param array{?string, ?string}                $near   names of attachments' files before and after this one
     */
    public function __construct(
        public readonly string $name,
        public readonly ?FileInfo $stored,
        public readonly array $uses,
        private readonly array $near,
    ) {
    }

    /**
     * True in a folder of WordPress's media library: YEAR/MONTH, or one where it or a folder below holds a file of an
     * attachment. All other folders belong to plugins.
     */
    public function isInLibrary(): bool
    {
        $folder = substr($this->name, 0, (int) strrpos("/$this->name", '/'));
        foreach ([$this->name, ...$this->near] as $name) {
            if ($name !== null && ($name !== $this->name || $this->uses !== []) && str_starts_with($name, $folder)) {
                return true;
            }
        }
        return preg_match('~^\d{4}/\d{2}/$~', $folder) === 1;
    }

    /** The first folder of the name, with a slash; "" for none. */
    public function topFolder(): string
    {
        $cut = strpos($this->name, '/');
        return $cut === false ? '' : substr($this->name, 0, $cut + 1);
    }
}
