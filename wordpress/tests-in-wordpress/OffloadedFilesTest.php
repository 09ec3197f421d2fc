<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * `wp aloft media offloaded`: the objects in the table of items of WP Offload Media.
 */
final class OffloadedFilesTest extends SiteTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        self::createTable();
    }

    public static function createTable(): void
    {
        global $wpdb;
        // The columns of the plugin since its version 2.3.
        $wpdb->query("CREATE TABLE {$wpdb->prefix}as3cf_items (
            id BIGINT(20) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
            provider VARCHAR(18) NOT NULL,
            region VARCHAR(255) NOT NULL,
            bucket VARCHAR(255) NOT NULL,
            path VARCHAR(1024) NOT NULL,
            original_path VARCHAR(1024) NOT NULL,
            is_private BOOLEAN NOT NULL DEFAULT 0,
            source_type VARCHAR(18) NOT NULL,
            source_id BIGINT(20) UNSIGNED NOT NULL,
            source_path VARCHAR(1024) NOT NULL,
            original_source_path VARCHAR(1024) NOT NULL,
            extra_info LONGTEXT,
            originator TINYINT UNSIGNED NOT NULL DEFAULT 0,
            is_verified BOOLEAN NOT NULL DEFAULT 1,
            UNIQUE KEY uidx_source (source_type, source_id)
        ) {$wpdb->get_charset_collate()}");
    }

    protected function tearDown(): void
    {
        self::dropTable();
        parent::tearDown();
    }

    public static function dropTable(): void
    {
        global $wpdb;
        $wpdb->query("DROP TABLE IF EXISTS {$wpdb->prefix}as3cf_items");
    }

    /** @param array<string, mixed> $info */
    private static function offload(int $id, string $folder, string $name, array $info, bool $isPrivate = false): void
    {
        global $wpdb;
        $original = $info['original'] ?? $name;
        $inserted = $wpdb->insert("{$wpdb->prefix}as3cf_items", [
            'provider' => 'aws',
            'region' => 'eu-central-1',
            'bucket' => $info['bucket'] ?? 'media',
            'path' => "wp-content/uploads/2026/11/$folder/$name",
            'original_path' => "wp-content/uploads/2026/11/$folder/$original",
            'is_private' => (int) $isPrivate,
            'source_type' => $info['type'] ?? 'media-library',
            'source_id' => $id,
            'source_path' => "2026/11/$name",
            'original_source_path' => "2026/11/$original",
            'extra_info' => serialize(array_diff_key($info, ['bucket' => 0, 'type' => 0, 'original' => 0])),
        ]);
        self::assertSame(1, $inserted);
    }

    /** @return array{string, bool} the fields of an object in the plugin's extra_info */
    private static function object(string $name, bool $isPrivate = false): array
    {
        return ['source_file' => $name, 'is_private' => $isPrivate];
    }

    public function testEachObjectIsListedWithItsPathInWordPress(): void
    {
        self::offload(11, '28101512', 'cat-scaled.jpg', ['original' => 'cat.jpg', 'private_prefix' => '', 'objects' => [
            '__as3cf_primary' => self::object('cat-scaled.jpg'),
            'medium' => self::object('cat-300x200.jpg'),
            'thumbnail' => self::object('cat-150x150.jpg'),
        ]]);
        self::offload(12, '28101533', 'secret.pdf', ['private_prefix' => 'private/', 'objects' => [
            '__as3cf_primary' => self::object('secret.pdf', true),
            'thumbnail' => self::object('secret-pdf-150x150.jpg'),
        ]], true);
        self::offload(13, '28101559', 'theme.css', ['type' => 'other']);

        [$status, $output] = self::wp('aloft', 'media', 'offloaded');

        self::assertSame(0, $status, $output);
        $at = 'wp-content/uploads/2026/11';
        self::assertSame([
            "$at/28101512/cat-scaled.jpg\t2026/11/cat-scaled.jpg",
            "$at/28101512/cat.jpg\t2026/11/cat.jpg",
            "$at/28101512/cat-300x200.jpg\t2026/11/cat-300x200.jpg",
            "$at/28101512/cat-150x150.jpg\t2026/11/cat-150x150.jpg",
            "private/$at/28101533/secret.pdf\t2026/11/secret.pdf\tprivate",
            "$at/28101533/secret-pdf-150x150.jpg\t2026/11/secret-pdf-150x150.jpg",
        ], self::tabbed($output));
    }

    /** Without names of objects, the sizes are those of the attachment. */
    public function testItemsOfAnEarlyVersionAreListedWithTheirSizes(): void
    {
        $id = self::sideload(self::photo(400, 300, 'early.jpg'));
        $sizes = array_column(wp_get_attachment_metadata($id)['sizes'], 'file');
        self::assertNotSame([], $sizes);
        self::offload($id, '1', 'early.jpg', ['private_sizes' => ['thumbnail']]);

        $lines = self::tabbed(self::wp('aloft', 'media', 'offloaded')[1]);

        $private = wp_get_attachment_metadata($id)['sizes']['thumbnail']['file'];
        foreach (['early.jpg', ...$sizes] as $name) {
            $end = $name === $private ? "\tprivate" : '';
            self::assertContains("wp-content/uploads/2026/11/1/$name\t2026/11/$name$end", $lines);
        }
    }

    public function testOfSeveralBucketsOneIsNamed(): void
    {
        self::offload(21, '1', 'a.jpg', []);
        self::offload(22, '2', 'b.jpg', ['bucket' => 'attic']);

        [$status, $output] = self::wp('aloft', 'media', 'offloaded');
        self::assertSame(1, $status);
        self::assertStringContainsString('name one with --bucket: attic, media', $output);

        $lines = self::tabbed(self::wp('aloft', 'media', 'offloaded', '--bucket=attic')[1]);
        self::assertSame(["wp-content/uploads/2026/11/2/b.jpg\t2026/11/b.jpg"], $lines);
    }

    public function testASiteWithoutTheTableIsToldSo(): void
    {
        self::dropTable();

        [$status, $output] = self::wp('aloft', 'media', 'offloaded');

        self::assertSame(1, $status);
        self::assertStringContainsString('no table of WP Offload Media', $output);
    }

    /** @return list<string> the lines of the list */
    private static function tabbed(string $output): array
    {
        return array_values(array_filter(explode("\n", $output), static fn (string $line): bool =>
            str_contains($line, "\t")));
    }
}
