<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Agent\SideBySide;
use Aloft\Files\Files;

/**
 * Compares the attachments of the current site with the files that S3 has, in constant memory: one query for each 500
 * attachments, one request for each 1,000 files, and with types one for each file of an attachment. Changes nothing.
 *
 * Changes during the check are not reported: new files, and attachments that are deleted.
 */
final class Check
{
    private const MAX_FOLDERS = 1000;
    private const PROBES = 64;

    public int $attachments = 0;
    public int $files = 0;

    /** @var array<string, int> files in the folders of plugins, by top folder */
    public array $others = [];

    private readonly StoredFiles $stored;

    /**
     * @param bool $readsTypes true to compare contents, Content-Types and names
     * @param bool $isAll      true to report the folders of plugins as well
     * @param int  $minAge     seconds since the last change of a file without attachment that is reported
     */
    public function __construct(
        private readonly Files $s3,
        private readonly SideBySide $sideBySide,
        private readonly bool $readsTypes,
        private readonly bool $isAll,
        private readonly int $minAge,
    ) {
        $this->stored = new StoredFiles($s3);
    }

    /**
     * @return \Generator<LibraryFinding>
     * @throws AgentException if S3 cannot be listed
     */
    public function findings(): \Generator
    {
        $started = time();
        $known = new KnownFiles($this->stored);
        foreach ($known->read() as $id) {
            yield from $this->ofAttachment($id);
        }
        $this->attachments = $known->attachments;
        $toProbe = [];
        foreach ($known->joined() as $file) {
            $this->files += $file->stored === null ? 0 : 1;
            yield from $this->ofFile($file, $started);
            if ($this->readsTypes && $file->stored !== null && $file->uses !== []) {
                $toProbe[] = $file;
            }
            if (count($toProbe) === self::PROBES) {
                yield from $this->ofContents($toProbe);
                $toProbe = [];
            }
        }
        yield from $this->ofContents($toProbe);
    }

    /** @return \Generator<LibraryFinding> */
    private function ofAttachment(int $id): \Generator
    {
        $path = (string) get_attached_file($id);
        $name = $this->stored->nameOf($path);
        if ($name === null) {
            $detail = $path === '' ? 'the attachment has no file' : "the file is outside the uploads: $path";
            yield new LibraryFinding(LibraryFinding::NO_FILE, $id, '', $detail);
        } elseif (Attachments::isPicture($id) && !wp_get_attachment_metadata($id, true)) {
            yield new LibraryFinding(
                LibraryFinding::NO_METADATA,
                $id,
                $name,
                'the picture has no metadata and no sizes',
                "wp aloft media regenerate $id",
            );
        }
    }

    /** @return \Generator<LibraryFinding> */
    private function ofFile(JoinedFile $file, int $started): \Generator
    {
        if ($file->uses === [] && $file->stored->modified <= $started - $this->minAge) {
            yield from $this->ofOrphan($file);
        }
        foreach ($file->uses as [$id, $role, $size]) {
            if ($file->stored === null && Attachments::exists((int) $id)) {
                $command = str_starts_with($role, 'size ') ? "wp aloft media regenerate $id --only-missing" : '';
                yield new LibraryFinding(LibraryFinding::MISSING, (int) $id, $file->name, $role, $command);
            } elseif ($file->stored !== null && $size !== '' && (int) $size !== $file->stored->size) {
                $detail = "$role: the metadata says $size bytes, S3 has {$file->stored->size}";
                $command = "wp aloft media regenerate $id";
                yield new LibraryFinding(LibraryFinding::SIZE, (int) $id, $file->name, $detail, $command);
            }
        }
    }

    /** @return \Generator<LibraryFinding> */
    private function ofOrphan(JoinedFile $file): \Generator
    {
        $isInLibrary = $file->isInLibrary();
        if (!$isInLibrary) {
            $folder = $file->topFolder();
            $folder = isset($this->others[$folder]) || count($this->others) < self::MAX_FOLDERS ? $folder : '…';
            $this->others[$folder] = ($this->others[$folder] ?? 0) + 1;
        }
        if ($isInLibrary || $this->isAll) {
            $isImportable = ImportName::refusal($file->name) === null && $isInLibrary;
            $size = size_format($file->stored->size) ?: '0 B';
            yield new LibraryFinding(
                LibraryFinding::ORPHAN,
                null,
                $file->name,
                $isInLibrary ? $size : "$size, in a folder of a plugin",
                $isImportable ? 'wp aloft media import ' . escapeshellarg($file->name) . ' --dry-run' : '',
            );
        }
    }

    /**
     * @param list<JoinedFile> $files
     * @return \Generator<LibraryFinding>
     */
    private function ofContents(array $files): \Generator
    {
        foreach ($this->sideBySide->map($files, $this->ofContent(...)) as $found) {
            yield from $found;
        }
    }

    /** @return list<LibraryFinding> */
    private function ofContent(JoinedFile $file): array
    {
        [$id, $role] = [(int) $file->uses[0][0], $file->uses[0][1]];
        try {
            $beginning = $this->s3->read($this->stored->path($file->name), 0, FileContent::BYTES, isLong: true);
        } catch (AgentException $failure) {
            return $failure->status === AgentException::NOT_FOUND
                ? []
                : [new LibraryFinding(LibraryFinding::UNREADABLE, $id, $file->name, $failure->getMessage())];
        }
        $command = str_starts_with($role, 'size ') ? "wp aloft media regenerate $id" : '';
        $wrong = [
            FileContent::wrongContent($file->name, $beginning),
            FileContent::wrongHeader($file->name, $beginning),
        ];
        return array_map(
            static fn (string $detail): LibraryFinding =>
                new LibraryFinding(LibraryFinding::TYPE, $id, $file->name, $detail, $command),
            array_values(array_filter($wrong)),
        );
    }
}
