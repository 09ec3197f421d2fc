<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Files\FileInfo;

/**
 * Files that an import makes attachments of: those without an attachment that were not made of another file, such as
 * sizes and scaled pictures of an original that is there.
 *
 * A picture is refused if files of an attachment have the names that its sizes would get. New files are left for later,
 * because an upload is stored before it has an attachment.
 *
 * Files are sorted by the stem that an original shares with what was made of it. Memory is constant.
 */
final class ImportCandidates
{
    private const USED = 'used';
    private const OFFERED = 'offered';
    private const OTHER = '';
    private const OUTPUT_FORMATS = ['image/heic' => 'image/jpeg', 'image/heif' => 'image/jpeg'];

    /** Files that belong to an attachment or to another file. */
    public int $taken = 0;

    /** Files that are too new. */
    public int $recent = 0;

    /**
     * @param string $prefix of names below the uploads; "" for the folders of the media library
     * @param int    $minAge seconds since the last change of a file
     */
    public function __construct(
        private readonly StoredFiles $stored,
        private readonly string $prefix,
        private readonly int $minAge,
    ) {
    }

    /** @return \Generator<ImportCandidate> */
    public function each(): \Generator
    {
        $latest = time() - $this->minAge;
        $folder = substr($this->prefix, 0, (int) strrpos("/$this->prefix", '/'));
        $known = new KnownFiles($this->stored, $folder);
        foreach ($known->read() as $id) {
            continue;
        }
        $rows = new SortedRows();
        foreach ($known->joined() as $file) {
            if ($file->stored !== null) {
                $row = [$file->name, $this->stateOf($file), $file->stored->size, $file->stored->modified];
                $rows->add((new ImportName($file->name))->family, ...array_map(strval(...), $row));
            }
        }
        foreach (self::families($rows) as $family) {
            yield from $this->ofFamily($family, $latest);
        }
    }

    private function stateOf(JoinedFile $file): string
    {
        $isOffered = str_starts_with($file->name, $this->prefix) && ($this->prefix !== '' || $file->isInLibrary());
        return match (true) {
            $file->uses !== [] => self::USED,
            $isOffered => self::OFFERED,
            default => self::OTHER,
        };
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
     * @param list<list<string>> $rows   stem, name, state, size, time of the last change
     * @param int                $latest time of the last change of a file that is old enough
     * @return \Generator<ImportCandidate>
     */
    private function ofFamily(array $rows, int $latest): \Generator
    {
        $names = array_map(static fn (array $row): ImportName => new ImportName($row[1]), $rows);
        $used = array_filter($names, static fn (int $i): bool => $rows[$i][2] === self::USED, ARRAY_FILTER_USE_KEY);
        foreach ($rows as $i => [, $name, $state, $size, $modified]) {
            if ($state !== self::OFFERED || self::isMadeOfAnother($names[$i], $names)) {
                $this->taken++;
            } elseif ((int) $modified > $latest) {
                $this->recent++;
            } else {
                $refusal = ImportName::refusal($name) ?? $this->conflict($names[$i], $used);
                if ($refusal === null) {
                    $used[] = $names[$i];
                }
                yield new ImportCandidate($name, FileInfo::file((int) $size, (int) $modified), $refusal);
            }
        }
    }

    /**
     * The reason for which sizes of a picture would overwrite files of an attachment; null if none would. WordPress
     * writes extensions in lower case, and may make sizes in another format.
     *
     * @param array<ImportName> $used files of attachments with the same stem
     */
    private function conflict(ImportName $file, array $used): ?string
    {
        if (!$file->isPicture || $file->extension === 'pdf') {
            return null;
        }
        $type = FileContent::ofName($file->name);
        /** A filter of WordPress. */
        $formats = apply_filters(
            'image_editor_output_format',
            self::OUTPUT_FORMATS,
            (string) $this->stored->path($file->name),
            $type,
        );
        $output = $formats[$type] ?? $type;
        $extension = $output === $type ? $file->extension : wp_get_default_extension_for_mime_type($output);
        $stem = substr($file->name, 0, -strlen($file->extension) - 1);
        foreach ($used as $other) {
            if ($other->extension === $extension && str_starts_with($other->name, $stem)) {
                return 'its sizes could overwrite files of an attachment, such as ' . basename($other->name);
            }
        }
        return null;
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
