<?php

declare(strict_types=1);

namespace Aloft\Library;

/**
 * The sizes that an attachment should have and its metadata lacks, by the filters that choose the sizes of an upload.
 * WordPress itself asks these filters only at an upload.
 */
final class MissingSizes
{
    /**
     * @return array<string, array<string, mixed>> by name; none for a picture that no image editor reads, and for a
     *                                             document without any preview
     */
    public static function of(int $id): array
    {
        $meta = wp_get_attachment_metadata($id, true) ?: [];
        return match (true) {
            !wp_attachment_is_image($id) => self::ofDocument($meta),
            self::hasEditor($id) => self::select(wp_get_missing_image_subsizes($id), $meta, $id),
            default => [],
        };
    }

    /**
     * The sizes of the preview that metadata lacks.
     *
     * @param array<string, mixed> $meta
     * @return array<string, array<string, mixed>>
     */
    private static function ofDocument(array $meta): array
    {
        $preview = $meta['sizes']['full'] ?? null;
        if (!is_array($preview)) {
            return [];
        }
        /** A filter of WordPress, with its default. */
        $names = apply_filters('fallback_intermediate_image_sizes', ['thumbnail', 'medium', 'large'], $meta);
        $wanted = array_intersect_key(wp_get_registered_image_subsizes(), array_flip($names));
        if (isset($wanted['thumbnail'])) {
            $wanted['thumbnail']['crop'] = false;
        }
        return self::smallerThan($preview, array_diff_key($wanted, $meta['sizes']));
    }

    /** True if an image editor reads the type of the attachment now. */
    public static function hasEditor(int $id): bool
    {
        return wp_image_editor_supports(['mime_type' => get_post_mime_type($id)]);
    }

    /**
     * True if WordPress should have scaled a large picture down, and did not: it reports no failure to do so.
     *
     * @param string               $path of the original
     * @param array<string, mixed> $meta
     */
    public static function isUnscaled(int $id, string $path, array $meta): bool
    {
        if (!empty($meta['original_image'])) {
            return false;
        }
        $size = [(int) ($meta['width'] ?? 0), (int) ($meta['height'] ?? 0), 'mime' => get_post_mime_type($id)];
        /** A filter of WordPress. 2560 is its default. */
        $threshold = (int) apply_filters('big_image_size_threshold', 2560, $size, $path, $id);
        return $threshold > 0 && max($size[0], $size[1]) > $threshold;
    }

    /**
     * A filter for `wp_get_missing_image_subsizes`.
     *
     * @param array<string, array<string, mixed>> $missing
     * @param array<string, mixed>                $meta
     * @return array<string, array<string, mixed>>
     */
    public static function select(array $missing, array $meta, int $id): array
    {
        $registered = wp_get_registered_image_subsizes();
        $wanted = apply_filters('intermediate_image_sizes_advanced', $registered, $meta, $id);
        $added = self::smallerThan($meta, array_diff_key($wanted, $registered, $meta['sizes'] ?? []));
        return array_intersect_key($wanted, $missing + $added);
    }
    /**
     * The sizes that a picture is large enough for.
     *
     * @param array<string, mixed>                $picture with width and height
     * @param array<string, array<string, mixed>> $sizes
     * @return array<string, array<string, mixed>>
     */
    private static function smallerThan(array $picture, array $sizes): array
    {
        return array_filter($sizes, static fn (array $size): bool => image_resize_dimensions(
            $picture['width'] ?? 0,
            $picture['height'] ?? 0,
            $size['width'] ?? 0,
            $size['height'] ?? 0,
            $size['crop'] ?? false,
        ) !== false);
    }
}
