<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Uploads\Database;

/**
 * The objects that WP Offload Media has made of the current site's attachments, as its table of items names them. They
 * may have no file on the server, and lie under other names than WordPress's: in a folder of their version.
 */
final class OffloadedFiles
{
    private const BATCH = 500;
    /** Attachments; a project can offload files of other kinds, whose places only it knows. */
    private const SOURCE_TYPE = 'media-library';

    /** @param string $bucket only objects of this bucket */
    public function __construct(private readonly string $bucket)
    {
    }

    /** True if the plugin has a table on this site. */
    public static function exist(): bool
    {
        global $wpdb;
        $query = $wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like(self::table()));
        return Database::read(static fn (): mixed => $wpdb->get_var($query)) === self::table();
    }

    /** @return list<string> names of the buckets with objects */
    public static function buckets(): array
    {
        global $wpdb;
        $query = 'SELECT DISTINCT bucket FROM ' . self::table() . ' ORDER BY bucket';
        return Database::read(static fn (): array => $wpdb->get_col($query));
    }

    /**
     * The key of each object, its path below the site's uploads, and whether it is private.
     *
     * @return \Generator<array{string, string, bool}>
     */
    public function read(): \Generator
    {
        global $wpdb;
        $after = 0;
        do {
            $query = $wpdb->prepare(
                'SELECT * FROM ' . self::table() . ' WHERE id > %d AND source_type = %s AND bucket = %s'
                    . ' ORDER BY id LIMIT %d',
                $after,
                self::SOURCE_TYPE,
                $this->bucket,
                self::BATCH,
            );
            $items = Database::read(static fn (): array => $wpdb->get_results($query, ARRAY_A));
            foreach ($items as $item) {
                $after = (int) $item['id'];
                yield from self::objects($item);
            }
            Attachments::freeMemory();
        } while ($items !== []);
    }

    private static function table(): string
    {
        return "{$GLOBALS['wpdb']->prefix}as3cf_items";
    }

    /**
     * The objects of an item lie beside its main one, private ones below a prefix of their own.
     *
     * @param array<string, string> $item
     * @return \Generator<array{string, string, bool}>
     */
    private static function objects(array $item): \Generator
    {
        $info = @unserialize((string) $item['extra_info'], ['allowed_classes' => false]);
        $info = is_array($info) ? $info : [];
        $privatePrefix = trim((string) ($info['private_prefix'] ?? ''), '/');
        [$folder, $directory] = [self::directory($item['path']), self::directory($item['source_path'])];
        foreach (self::names($item, $info) as $name => $isPrivate) {
            $key = $folder . $name;
            $hasPrefix = $isPrivate && $privatePrefix !== '';
            yield [$hasPrefix ? "$privatePrefix/$key" : $key, $directory . $name, $isPrivate];
        }
    }

    /**
     * The files of an item. Early versions of the plugin named only the main file and the original.
     *
     * @param array<string, string> $item
     * @param array<mixed>          $info
     * @return array<string, bool> whether it is private, by name
     */
    private static function names(array $item, array $info): array
    {
        $isPrivate = (bool) $item['is_private'];
        $names = [
            basename($item['source_path']) => $isPrivate,
            basename($item['original_source_path']) => $isPrivate,
        ];
        if (!is_array($info['objects'] ?? null)) {
            $meta = wp_get_attachment_metadata((int) $item['source_id'], true);
            $private = (array) ($info['private_sizes'] ?? []);
            foreach ($meta['sizes'] ?? [] as $size => $data) {
                $names[basename((string) $data['file'])] = in_array($size, $private, true);
            }
            return $names;
        }
        foreach ($info['objects'] as $object) {
            if (isset($object['source_file'])) {
                $names[basename((string) $object['source_file'])] = !empty($object['is_private']);
            }
        }
        return $names;
    }

    private static function directory(string $path): string
    {
        $cut = strrpos($path, '/');
        return $cut === false ? '' : substr($path, 0, $cut + 1);
    }
}
