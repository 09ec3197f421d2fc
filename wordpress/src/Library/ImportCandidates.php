<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Files\FileInfo;

/**
 * Files that an import makes attachments of: those without an attachment that were not made of another file, such as
 * sizes and scaled pictures of an original that is there.
 *
 * Files are sorted by the stem that an original shares with what was made of it. Memory is constant.
 */
final class ImportCandidates
{
    /** Files that belong to an attachment or to another file. */
    public int $taken = 0;

    /** @param string $prefix of names below the uploads; "" for the folders of the media library */
    public function __construct(private readonly StoredFiles $stored, private readonly string $prefix)
    {
    }

    /** @return \Generator<string, FileInfo> by name below the uploads */
    public function each(): \Generator
    {
        $folder = substr($this->prefix, 0, (int) strrpos("/$this->prefix", '/'));
        $known = new KnownFiles($this->stored, $folder);
        foreach ($known->read() as $id) {
            continue;
        }
        $rows = new SortedRows();
        foreach ($known->joined() as $file) {
            if ($file->stored !== null) {
                $isOffered = $file->uses === [] && str_starts_with($file->name, $this->prefix)
                    && ($this->prefix !== '' || $file->isInLibrary());
                $row = [$file->name, $isOffered ? '1' : '', $file->stored->size, $file->stored->modified];
                $rows->add((new ImportName($file->name))->family, ...array_map(strval(...), $row));
            }
        }
        foreach (self::families($rows) as $family) {
            yield from $this->ofFamily($family);
        }
    }

    /** @return \Generator<list<list<string>>> rows with the same stem */
    private static function families(SortedRows $rows): \Generator
    {
        $family = [];
        foreach ($rows->read() as $row) {
            if ($family !== [] && $family[0][0] !== $row[0]) {
                yield $family;
                $family = [];
            }
            $family[] = $row;
        }
        if ($family !== []) {
            yield $family;
        }
    }

    /**
     * @param list<list<string>> $rows stem, name, "1" if it may be imported, size, time of the last change
     * @return \Generator<string, FileInfo>
     */
    private function ofFamily(array $rows): \Generator
    {
        $names = array_map(static fn (array $row): ImportName => new ImportName($row[1]), $rows);
        foreach ($rows as $i => [, $name, $isOffered, $size, $modified]) {
            if ($isOffered === '1' && !self::isMadeOfAnother($names[$i], $names)) {
                yield $name => FileInfo::file((int) $size, (int) $modified);
            } else {
                $this->taken++;
            }
        }
    }

    /** @param list<ImportName> $family */
    private static function isMadeOfAnother(ImportName $file, array $family): bool
    {
        foreach ($family as $other) {
            $isOriginal = $other->isPicture && !$other->isDerived && $other->otherFormat === '';
            $isMade = $file->otherFormat !== ''
                ? $other->otherFormat === '' && $other->extension === $file->otherFormat
                : $file->isDerived && ($isOriginal || $file->isSize && !$other->isSize);
            if ($isMade && $other !== $file) {
                return true;
            }
        }
        return false;
    }
}
