<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * The files that belong to an attachment according to its metadata. No file is accessed.
 */
final class AttachmentFiles
{
    /**
     * Keys of metadata with the names of files that a browser has converted, since WordPress 7.1: the HEIC of a JPEG,
     * the video of an animated GIF and its poster.
     */
    public const COMPANIONS = ['source_image', 'animated_video', 'animated_video_poster'];

    /** Post meta with the name of a file that a browser has added, until its request to finalize; since WordPress 7.1. */
    private const ADDED = '_wp_sideloaded_file';

    /**
     * The main file, all sizes, the original of a scaled picture, companions, backups of edited versions, and files
     * that a browser has added and the metadata does not name yet.
     *
     * @param ?array<string, mixed> $meta metadata about to be saved; null for the current one
     * @return list<string> unique paths; empty if the attachment has no file
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
            ...array_map(static fn (string $key): mixed => $meta[$key] ?? '', self::COMPANIONS),
            ...self::namesIn(get_post_meta($attachment, '_wp_attachment_backup_sizes', true)),
            ...array_map(wp_basename(...), array_filter(get_post_meta($attachment, self::ADDED), is_string(...))),
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
