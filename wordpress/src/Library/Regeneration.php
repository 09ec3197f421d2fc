<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Agent\SideBySide;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Uploads\AttachmentFiles;
use Aloft\Uploads\Database;

/**
 * Makes the sizes of attachments again, with the result of `wp media regenerate`. WordPress's image editor does it, and
 * so the agent where it makes pictures.
 *
 * A size is deleted only when the new ones are there and the attachment does not name it any more.
 */
final class Regeneration
{
    private readonly StoredFiles $stored;

    /** @var array<string, true> */
    private readonly array $sizes;

    /**
     * @param list<string> $sizes         names of the sizes to make; none for all
     * @param bool         $isOnlyMissing true to make only sizes that metadata or S3 lack
     */
    public function __construct(
        private readonly Files $files,
        private readonly SideBySide $sideBySide,
        array $sizes,
        private readonly bool $isOnlyMissing,
    ) {
        $this->stored = new StoredFiles($files);
        $this->sizes = array_fill_keys($sizes, true);
    }

    /**
     * @param iterable<int> $ids
     * @return \Generator<LibraryOutcome>
     */
    public function run(iterable $ids): \Generator
    {
        require_once ABSPATH . 'wp-admin/includes/image.php';
        require_once ABSPATH . 'wp-admin/includes/class-wp-site-icon.php';
        $filters = [
            'intermediate_image_sizes_advanced' => $this->select(...),
            'wp_get_missing_image_subsizes' => MissingSizes::select(...),
        ];
        foreach ($filters as $hook => $filter) {
            add_filter($hook, $filter, PHP_INT_MAX, 3);
        }
        try {
            yield from $this->sideBySide->map($ids, $this->regenerate(...));
        } finally {
            foreach ($filters as $hook => $filter) {
                remove_filter($hook, $filter, PHP_INT_MAX);
            }
        }
    }

    /**
     * Adds the sizes of a site icon, as `wp media regenerate` does, and removes those that were not asked for.
     *
     * @param array<string, mixed> $sizes
     * @return array<string, mixed>
     */
    private function select(array $sizes, mixed $meta, int $id): array
    {
        if (get_post_meta($id, '_wp_attachment_context', true) === 'site-icon') {
            $sizes = (new \WP_Site_Icon())->additional_sizes($sizes);
        }
        return $this->sizes === [] ? $sizes : array_intersect_key($sizes, $this->sizes);
    }

    private function regenerate(int $id): LibraryOutcome
    {
        $path = wp_get_original_image_path($id) ?: get_attached_file($id);
        $name = (string) $this->stored->nameOf((string) $path);
        $isPdf = get_post_mime_type($id) === 'application/pdf';
        if (!Attachments::isPicture($id) && !$isPdf) {
            return self::failed($id, $name, 'it is no picture');
        }
        if (!is_string($path) || !file_exists($path)) {
            return self::failed($id, $name, 'the original is missing');
        }
        if (S3Path::isS3($path)) {
            $this->files->acceptHeld(S3Path::parse($path));
        }
        $before = wp_get_attachment_metadata($id, true) ?: [];
        $isWhole = !$this->isOnlyMissing || $before === [];
        try {
            $lost = $isWhole ? [] : $this->lostSizes($path, $before['sizes'] ?? []);
            return match (true) {
                !$isPdf && ($isWhole || $lost !== []) && !MissingSizes::hasEditor($id) =>
                    self::failed($id, $name, 'no image editor reads ' . get_post_mime_type($id)),
                $isWhole => $this->makeAll($id, $path, $name, $before),
                !$isPdf => $this->makeMissing($id, $name, $before, $lost),
                $lost === [] && !empty($before['sizes']) => self::unchanged($id, $name, $before),
                default => $this->makeAll($id, $path, $name, $before),
            };
        } catch (\RuntimeException $failure) {
            return self::failed($id, $name, $failure->getMessage());
        }
    }

    /** @param array<string, mixed> $before */
    private function makeAll(int $id, string $path, string $name, array $before): LibraryOutcome
    {
        $old = $before['sizes'] ?? [];
        $meta = wp_generate_attachment_metadata($id, $path);
        if (!is_array($meta) || $meta === [] || Attachments::isPicture($id) && empty($meta['width'])) {
            wp_update_attachment_metadata($id, $before);
            return self::failed($id, $name, 'no metadata could be made of it');
        }
        if (!wp_attachment_is_image($id) && $old !== [] && empty($meta['sizes'])) {
            wp_update_attachment_metadata($id, $before);
            return self::failed($id, $name, 'no preview could be made of the document');
        }
        $hasLostFull = !empty($before['original_image']) && empty($meta['original_image']);
        $isFullUnmade = $hasLostFull && !self::isScalingOff($id, $path, $before, $meta);
        $meta = $hasLostFull
            ? ['sizes' => $meta['sizes'] ?? []] + $before
            : $meta + array_intersect_key($before, array_flip(AttachmentFiles::COMPANIONS));
        wp_update_attachment_metadata($id, $meta);
        $unmade = MissingSizes::of($id) + ($isFullUnmade ? ['full' => []] : []);
        $kept = array_intersect_key($old, $unmade) + ($this->sizes === [] ? [] : array_diff_key($old, $this->sizes));
        if ($kept !== []) {
            $meta['sizes'] = ($meta['sizes'] ?? []) + $kept;
            wp_update_attachment_metadata($id, $meta);
        }
        $this->deleteOld($id, $path, $old);
        return LibraryOutcome::ofSizes($id, $name, $meta, $unmade);
    }

    /**
     * True if the site does not scale such a picture down any more. Its scaled picture stays, because posts show it.
     *
     * @param array<string, mixed> $before
     * @param array<string, mixed> $meta   of the original
     */
    private static function isScalingOff(int $id, string $path, array $before, array $meta): bool
    {
        $wasScaled = preg_match('/-scaled(?:-e\d+)?\.\w+$/', (string) ($before['file'] ?? '')) === 1;
        return $wasScaled && !MissingSizes::isUnscaled($id, $path, $meta);
    }

    /**
     * @param array<string, mixed>                $before
     * @param array<string, array<string, mixed>> $lost sizes whose files are missing
     */
    private function makeMissing(int $id, string $name, array $before, array $lost): LibraryOutcome
    {
        if ($lost !== []) {
            $present = array_diff_key($before['sizes'], $lost);
            wp_update_attachment_metadata($id, ['sizes' => $present] + $before);
        }
        if (MissingSizes::of($id) === []) {
            return self::unchanged($id, $name, $before);
        }
        $meta = wp_update_image_subsizes($id);
        return is_wp_error($meta)
            ? self::failed($id, $name, $meta->get_error_message())
            : LibraryOutcome::ofSizes($id, $name, $meta, MissingSizes::of($id));
    }

    private static function failed(int $id, string $name, string $reason): LibraryOutcome
    {
        return new LibraryOutcome(LibraryOutcome::FAILED, $id, $name, $reason);
    }

    /** @param array<string, mixed> $meta */
    private static function unchanged(int $id, string $name, array $meta): LibraryOutcome
    {
        return new LibraryOutcome(LibraryOutcome::UNCHANGED, $id, $name, '', count($meta['sizes'] ?? []));
    }

    /**
     * Sizes whose files S3 does not have. One request, and one for each size without the stem of the original.
     *
     * @param array<string, array<string, mixed>> $sizes
     * @return array<string, array<string, mixed>>
     */
    private function lostSizes(string $path, array $sizes): array
    {
        $original = S3Path::parse($path);
        $stem = (new ImportName($original->name()))->family;
        $present = array_flip($this->files->namesLike($original->parent(), $stem));
        return array_filter($sizes, static function (array $size) use ($original, $present, $stem): bool {
            $file = (string) ($size['file'] ?? '');
            $isListed = $file === '' || str_starts_with($file, $stem);
            return !isset($present[$file]) && ($isListed || !file_exists($original->parent() . "/$file"));
        });
    }

    /**
     * Deletes former sizes that the attachment does not name any more.
     *
     * @param array<string, array<string, mixed>> $old
     */
    private function deleteOld(int $id, string $path, array $old): void
    {
        $names = array_filter(array_column($old, 'file'), is_string(...));
        $files = Database::read(static fn (): array => AttachmentFiles::of($id))
            ?: throw new AgentException('the database does not tell its files', AgentException::CONFLICT);
        $used = [...array_map(wp_basename(...), $files), wp_basename($path)];
        $obsolete = array_values(array_unique(array_diff($names, $used)));
        if ($obsolete === []) {
            return;
        }
        $errors = $this->files->deleteAll(S3Path::parse($path)->parent(), $obsolete);
        if ($errors !== []) {
            throw new AgentException('cannot delete former sizes: ' . implode('; ', $errors), AgentException::CONFLICT);
        }
    }
}
