<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Agent\SideBySide;
use Aloft\Files\FileInfo;
use Aloft\Files\Files;
use Aloft\Files\Window;
use Aloft\PrivateMedia\PrivateMedia;

/**
 * Makes attachments of files that S3 has already, without moving them. Sizes are made by the agent where it makes those
 * of uploads.
 *
 * Can be interrupted and repeated: a file with an attachment is left alone, and an attachment whose sizes were not
 * finished is finished first. Only one import of a site runs at a time.
 */
final class Import
{
    /** Marks an attachment whose metadata is still to be made. */
    private const UNFINISHED = '_aloft_import';
    private const LOCK = 'aloft_import_';

    private readonly StoredFiles $stored;
    private readonly ImportCandidates $candidates;

    /**
     * @param string $prefix of names below the uploads; "" for the folders of the media library
     * @param int    $minAge seconds since the last change of a file that is imported
     */
    public function __construct(
        private readonly Files $files,
        private readonly SideBySide $sideBySide,
        string $prefix,
        int $minAge,
    ) {
        $this->stored = new StoredFiles($files);
        $this->candidates = new ImportCandidates($this->stored, $prefix, $minAge);
    }

    /** Returns false if another import of the site is running. The lock ends with the connection to the database. */
    public function begin(): bool
    {
        global $wpdb;
        $lock = substr(self::LOCK . md5(DB_NAME . $wpdb->prefix), 0, 64);
        return $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 0)', $lock)) === '1';
    }

    /** Files that belong to an attachment or to another file, so far. */
    public function taken(): int
    {
        return $this->candidates->taken;
    }

    /** Files that were too new, so far. */
    public function recent(): int
    {
        return $this->candidates->recent;
    }

    /**
     * Imports everything, or only says what would be imported.
     *
     * @return \Generator<LibraryOutcome>
     * @throws AgentException if S3 cannot be listed
     */
    public function run(bool $isDry): \Generator
    {
        require_once ABSPATH . 'wp-admin/includes/image.php';
        if ($isDry) {
            foreach ($this->candidates->each() as $one) {
                $kind = $one->refusal === null ? LibraryOutcome::PLANNED : LibraryOutcome::REFUSED;
                $detail = $one->refusal ?? (size_format($one->file->size) ?: '0 B');
                yield new LibraryOutcome($kind, null, $one->name, $detail);
            }
            return;
        }
        yield from $this->sideBySide->map(Attachments::withMeta(self::UNFINISHED, '1'), $this->finish(...));
        yield from $this->sideBySide->map($this->offers(), $this->import(...));
    }

    /** @return \Generator<ImportCandidate> */
    private function offers(): \Generator
    {
        $count = 0;
        foreach ($this->candidates->each() as $candidate) {
            yield $candidate;
            if (++$count % 100 === 0) {
                Attachments::freeMemory();
            }
        }
    }

    private function import(ImportCandidate $candidate): LibraryOutcome
    {
        $name = $candidate->name;
        if ($candidate->refusal !== null) {
            return new LibraryOutcome(LibraryOutcome::REFUSED, null, $name, $candidate->refusal);
        }
        $path = $this->stored->path($name);
        try {
            $beginning = $this->files->read($path, 0, FileContent::BYTES, isLong: true);
        } catch (AgentException $failure) {
            return new LibraryOutcome(LibraryOutcome::FAILED, null, $name, $failure->getMessage());
        }
        $wrong = FileContent::wrongContent($name, $beginning);
        if ($wrong !== null) {
            return new LibraryOutcome(LibraryOutcome::REFUSED, null, $name, $wrong);
        }
        $this->files->acceptHeld($path);
        $owner = Attachments::ofFile($name)[0] ?? null;
        if ($owner !== null) {
            return new LibraryOutcome(LibraryOutcome::UNCHANGED, $owner, $name, 'it has an attachment already');
        }
        $id = $this->insert($name, $candidate->file, $beginning);
        return is_wp_error($id)
            ? new LibraryOutcome(LibraryOutcome::FAILED, null, $name, $id->get_error_message())
            : $this->finish($id);
    }

    private function insert(string $name, FileInfo $file, Window $beginning): int|\WP_Error
    {
        $flags = [self::UNFINISHED => '1'] + ($beginning->file->isPrivate ? [PrivateMedia::FLAG => '1'] : []);
        return wp_insert_attachment(wp_slash([
            'post_mime_type' => FileContent::ofName($name),
            'post_title' => sanitize_text_field(pathinfo($name, PATHINFO_FILENAME)),
            'post_content' => '',
            'post_status' => 'inherit',
            'post_date' => self::date($name, $file->modified),
            'guid' => wp_get_upload_dir()['baseurl'] . "/$name",
            'meta_input' => $flags,
        ]), (string) $this->stored->path($name), 0, true);
    }

    /** The time of the last change if it lies in the month of the folder, else the first of that month. */
    private static function date(string $name, int $modified): string
    {
        $date = wp_date('Y-m-d H:i:s', $modified);
        $isDated = preg_match('~^(\d{4})/(0[1-9]|1[0-2])/~', $name, $month) === 1;
        return !$isDated || str_starts_with($date, "$month[1]-$month[2]-") ? $date : "$month[1]-$month[2]-01 00:00:00";
    }

    /** Makes the metadata and the sizes. */
    private function finish(int $id): LibraryOutcome
    {
        $path = (string) get_attached_file($id);
        $name = (string) $this->stored->nameOf($path);
        $isPicture = Attachments::isPicture($id);
        $meta = $isPicture ? wp_generate_attachment_metadata($id, $path) : ['filesize' => wp_filesize($path)];
        if ($isPicture && empty($meta['width'])) {
            return new LibraryOutcome(LibraryOutcome::FAILED, $id, $name, 'no metadata could be made of the picture');
        }
        wp_update_attachment_metadata($id, $meta);
        self::describe($id, (array) ($meta['image_meta'] ?? []));
        $isFullUnmade = $isPicture && MissingSizes::hasEditor($id) && MissingSizes::isUnscaled($id, $path, $meta);
        $unmade = MissingSizes::of($id) + ($isFullUnmade ? ['full' => []] : []);
        if ($unmade === []) {
            delete_post_meta($id, self::UNFINISHED);
        }
        return LibraryOutcome::ofSizes($id, $name, $meta, $unmade);
    }

    /**
     * Takes over the title and the caption of a photograph, as an upload does.
     *
     * @param array<string, mixed> $photo
     */
    private static function describe(int $id, array $photo): void
    {
        $title = trim((string) ($photo['title'] ?? ''));
        $texts = array_filter([
            'post_title' => is_numeric(sanitize_title($title)) ? '' : $title,
            'post_excerpt' => trim((string) ($photo['caption'] ?? '')),
        ]);
        if ($texts !== []) {
            wp_update_post(wp_slash(['ID' => $id] + $texts));
        }
    }
}
