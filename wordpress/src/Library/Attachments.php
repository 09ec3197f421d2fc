<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Uploads\Database;

/**
 * The attachments of the current site by ascending ID, in batches, with their metadata cached. WordPress's memory of
 * one batch is freed before the next. A failed query throws a RuntimeException: a file whose attachment was not read
 * would count as one without.
 */
final class Attachments
{
    private const BATCH = 500;

    /**
     * @param string $types beginning of the media type
     * @param int    $after only attachments with higher IDs
     * @return \Generator<int>
     */
    public static function ids(string $types = '', int $after = 0): \Generator
    {
        global $wpdb;
        do {
            $query = $wpdb->prepare(
                "SELECT ID FROM $wpdb->posts WHERE post_type = 'attachment' AND ID > %d AND post_mime_type LIKE %s"
                    . ' ORDER BY ID LIMIT %d',
                $after,
                $wpdb->esc_like($types) . '%',
                self::BATCH,
            );
            $ids = Database::read(static function () use ($query): array {
                $ids = self::column($query);
                _prime_post_caches($ids, false, false);
                Database::fetchMetadata($ids);
                return $ids;
            });
            foreach ($ids as $id) {
                yield $after = $id;
            }
            self::freeMemory();
        } while ($ids !== []);
    }

    /** @return list<int> attachments with that file as their main file */
    public static function ofFile(string $name): array
    {
        return self::withMeta('_wp_attached_file', $name);
    }

    /** @return list<int> */
    public static function withMeta(string $key, string $value): array
    {
        global $wpdb;
        return self::column($wpdb->prepare(
            "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = %s AND meta_value = %s",
            $key,
            $value,
        ));
    }

    /** @return list<int> */
    private static function column(string $query): array
    {
        return array_map(intval(...), Database::read(static fn (): array => $GLOBALS['wpdb']->get_col($query)));
    }

    /** True for a picture with pixels. Vector graphics have no sizes. */
    public static function isPicture(int $id): bool
    {
        return wp_attachment_is_image($id) && get_post_mime_type($id) !== 'image/svg+xml';
    }

    public static function exists(int $id): bool
    {
        global $wpdb;
        return self::column($wpdb->prepare("SELECT 1 FROM $wpdb->posts WHERE ID = %d", $id)) !== [];
    }

    public static function freeMemory(): void
    {
        $GLOBALS['wpdb']->queries = [];
        if (wp_cache_supports('flush_runtime')) {
            wp_cache_flush_runtime();
        }
    }
}
