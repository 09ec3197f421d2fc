<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Uploads\Editing;

/**
 * A site whose sub-sizes are all made on the fly (ALOFT_DYNAMIC_ONLY): an upload is stored once, with the one small
 * size that wp-admin shows its lists with.
 *
 * What is saved, in posts and in metadata, names only files that are there. So the setting can be taken back at any
 * time: old posts show their originals.
 */
final class DynamicSizes
{
    /** The list of media would else load every original. */
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
     * Tells whoever shows the picture that it has all its sizes, so that it gets a srcset. Nobody saves this.
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

    /** Whether this request only shows pictures: what changes an attachment reads its metadata to write it back. */
    private static function isShown(): bool
    {
        return in_array($_SERVER['REQUEST_METHOD'] ?? '', ['GET', 'HEAD'], true)
            && !wp_doing_cron()
            && !Editing::isOn();
    }
}
