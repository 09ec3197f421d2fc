<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Which files belong to an attachment, as its metadata says, without looking at any.
 */
final class AttachmentFiles
{
    /**
     * The main file, all sizes, the original of a scaled picture and what editing has set aside.
     *
     * @param ?array<string, mixed> $meta what is about to be its metadata; null for what is
     * @return list<string> paths, without doubles; empty when the attachment has no file
     */
    public static function of(int $attachment, ?array $meta = null): array
    {
        $main = get_attached_file($attachment);
        if (!is_string($main) || $main === '') {
            return [];
        }
        $meta ??= wp_get_attachment_metadata($attachment, true);
        $names = [
            ...self::namesIn($meta['sizes'] ?? null),
            $meta['original_image'] ?? '',
            ...self::namesIn(get_post_meta($attachment, '_wp_attachment_backup_sizes', true)),
        ];
        $paths = array_map(
            static fn (string $name): string => path_join(dirname($main), $name),
            array_filter($names, static fn (mixed $name): bool => is_string($name) && $name !== ''),
        );
        /** A filter of S3-Uploads. */
        $paths = apply_filters('s3_uploads_get_attachment_files', array_values([$main, ...$paths]), $attachment);
        return array_values(array_unique(array_filter((array) $paths, is_string(...))));
    }

    /** @return list<mixed> */
    private static function namesIn(mixed $sizes): array
    {
        return is_array($sizes) ? array_column($sizes, 'file') : [];
    }
}
