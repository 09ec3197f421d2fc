<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Uploads\AttachmentFiles;

/**
 * The files that the attachments of the current site name, merged with those that S3 has.
 *
 * The names are sorted outside the database, whose collations do not sort as S3 does. Memory is constant.
 */
final class KnownFiles
{
    private readonly SortedRows $rows;

    /** Attachments read so far. */
    public int $attachments = 0;

    public function __construct(private readonly StoredFiles $stored, private readonly string $prefix = '')
    {
        $this->rows = new SortedRows();
    }

    /**
     * Reads the names. Yields the attachments, for a look at more than their files.
     *
     * @return \Generator<int>
     */
    public function read(): \Generator
    {
        foreach (Attachments::ids() as $id) {
            $this->attachments++;
            foreach ($this->filesOf($id) as $row) {
                $this->rows->add(...$row);
            }
            yield $id;
        }
    }

    /** @return \Generator<array{string, string, string, string}> name, attachment, role, size or "" */
    private function filesOf(int $id): \Generator
    {
        $meta = wp_get_attachment_metadata($id, true) ?: [];
        $roles = self::roles($meta, get_post_meta($id, '_wp_attachment_backup_sizes', true) ?: []);
        foreach (AttachmentFiles::of($id, $meta) as $i => $path) {
            $name = $this->stored->nameOf($path);
            if ($name !== null && str_starts_with($name, $this->prefix)) {
                [$role, $size] = $i === 0 ? ['file', $meta['filesize'] ?? ''] : $roles[basename($name)] ?? ['', ''];
                yield [$name, (string) $id, (string) $role, is_numeric($size) ? (string) $size : ''];
            }
        }
    }

    /**
     * @param array<string, mixed> $meta
     * @param array<string, mixed> $backups
     * @return array<string, array{string, mixed}> role and size in bytes, by file
     */
    private static function roles(array $meta, array $backups): array
    {
        $roles = [];
        foreach (['original_image', ...AttachmentFiles::COMPANIONS] as $key) {
            $roles[(string) ($meta[$key] ?? '')] = [$key, ''];
        }
        foreach ($backups as $name => $backup) {
            $roles[(string) ($backup['file'] ?? '')] = ["backup $name", $backup['filesize'] ?? ''];
        }
        foreach ((array) ($meta['sizes'] ?? []) as $name => $size) {
            $roles[(string) ($size['file'] ?? '')] = ["size $name", $size['filesize'] ?? ''];
        }
        return $roles;
    }

    /**
     * Every name on either side, in the order of bytes.
     *
     * @return \Generator<JoinedFile>
     */
    public function joined(): \Generator
    {
        $rows = $this->rows->read();
        $files = $this->stored->withPrefix($this->prefix);
        $before = null;
        while ($rows->valid() || $files->valid()) {
            $known = $rows->valid() ? $rows->current()[0] : null;
            $stored = $files->valid() ? (string) $files->key() : null;
            $name = $known !== null && ($stored === null || strcmp($known, $stored) < 0) ? $known : $stored;
            $uses = [];
            for (; $rows->valid() && $rows->current()[0] === $name; $rows->next()) {
                $uses[] = array_slice($rows->current(), 1);
            }
            $next = $rows->valid() ? $rows->current()[0] : null;
            yield new JoinedFile((string) $name, $stored === $name ? $files->current() : null, $uses, [$before, $next]);
            $before = $uses === [] ? $before : $name;
            if ($stored === $name) {
                $files->next();
            }
        }
    }
}
