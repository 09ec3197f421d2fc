<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Uploads\Editing;

/**
 * Sites whose sub-sizes are made on the fly (ALOFT_DYNAMIC_ONLY). An upload is stored once, with the one small size
 * that wp-admin shows in lists.
 *
 * Saved posts and metadata name stored files only. So the setting can be removed at any time: old posts then show
 * originals.
 */
final class DynamicSizes
{
    /** Stored, because the media list would load every original otherwise. */
    private const STORED = ['thumbnail' => true];

    public function register(): void
    {
        add_filter(
            'intermediate_image_sizes_advanced',
            static fn (array $sizes): array => array_intersect_key($sizes, self::STORED),
            PHP_INT_MAX,
        );
        add_filter('wp_get_attachment_metadata', $this->withSizes(...), 10, 2);
    }

    /**
     * Adds all sizes to the metadata of a picture that is shown, so that it gets a srcset. They are never saved.
     *
     * @param array<string, mixed>|false $meta
     * @return array<string, mixed>|false
     */
    private function withSizes(array|bool $meta, int|string $id): array|bool
    {
        if (!is_array($meta) || empty($meta['width']) || empty($meta['height']) || !self::isShown()) {
            return $meta;
        }
        $file = basename((string) ($meta['file'] ?? ''));
        [$width, $height] = [$meta['width'], $meta['height']];
        foreach (wp_get_registered_image_subsizes() as $name => $size) {
            $box = image_resize_dimensions($width, $height, $size['width'], $size['height'], $size['crop']);
            if ($box !== false && !isset($meta['sizes'][$name])) {
                $meta['sizes'][$name] = [
                    'file' => preg_replace('~(\.\w+)$~', '-' . $box[4] . 'x' . $box[5] . '$1', $file),
                    'width' => $box[4],
                    'height' => $box[5],
                    'mime-type' => get_post_mime_type((int) $id),
                ];
            }
        }
        return $meta;
    }

    /** True for requests that only show pictures. Code that changes an attachment reads its metadata and saves it. */
    private static function isShown(): bool
    {
        return in_array($_SERVER['REQUEST_METHOD'] ?? '', ['GET', 'HEAD'], true)
            && !wp_doing_cron()
            && !Editing::isOn();
    }
}
