<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * WordPress's export of a whole site, and what an importer on another site does with it.
 */
final class ExportTest extends SiteTestCase
{
    /** WordPress can export once in a process. */
    public function testAnExportNamesEveryUploadWithoutAskingS3(): void
    {
        $id = self::sideload(self::photo(1200, 800, 'exported.jpg'));
        $private = self::sideload(self::photo(600, 400, 'exported-private.jpg'));
        $url = wp_get_attachment_url($id);
        update_post_meta($private, '_aloft_private', '1');
        $xml = '';

        $requests = self::requestsOf(static function () use (&$xml): void {
            $xml = self::export();
        });

        self::assertSame('no requests', $requests);
        $item = self::itemOf($id, $xml);
        self::assertSame($url, (string) $item->attachment_url);
        self::assertSame(200, self::status($url), 'where an importer fetches it');
        $meta = [];
        foreach ($item->postmeta as $each) {
            $meta[(string) $each->meta_key] = (string) $each->meta_value;
        }
        self::assertSame(substr($url, strlen(wp_upload_dir()['baseurl']) + 1), $meta['_wp_attached_file']);
        self::assertSame(wp_get_attachment_metadata($id, true), unserialize($meta['_wp_attachment_metadata']));
        self::assertStringNotContainsString('s3://', $xml);

        $signed = (string) self::itemOf($private, $xml)->attachment_url;
        self::assertSame(404, self::status(strtok($signed, '?')));
        self::assertSame(200, self::status($signed), 'an importer can fetch it while the signature is valid');
    }

    /** As WordPress's importer does: fetched to the server, copied under a free name, and given its sizes. */
    public function testAnImporterBringsAnUpload(): void
    {
        require_once ABSPATH . 'wp-admin/includes/image.php';
        $from = self::sideload(self::photo(1200, 800, 'imported.jpg'));
        $temporary = wp_tempnam('imported.jpg');
        file_put_contents($temporary, file_get_contents(wp_get_attachment_url($from)));
        $uploads = wp_upload_dir('2019-03-01 00:00:00');
        $new = "$uploads[path]/" . wp_unique_filename($uploads['path'], 'imported.jpg');

        self::assertTrue(copy($temporary, $new));
        unlink($temporary);
        $post = ['post_title' => 'Imported', 'post_mime_type' => 'image/jpeg', 'guid' => "$uploads[url]/imported.jpg"];
        $id = wp_insert_attachment($post, $new);
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $new));

        self::assertSame('2019/03/imported.jpg', get_post_meta($id, '_wp_attached_file', true));
        self::assertFileEquals(get_attached_file($from), $new);
        self::assertGreaterThan(3, count(self::filesOf($id)));
        self::assertAllExist(self::filesOf($id));
    }

    private static function export(): string
    {
        require_once ABSPATH . 'wp-admin/includes/export.php';
        ob_start();
        try {
            @export_wp(); // its headers come too late here
        } finally {
            $xml = (string) ob_get_clean();
        }
        return $xml;
    }

    private static function itemOf(int $id, string $xml): \SimpleXMLElement
    {
        foreach (simplexml_load_string($xml)->channel->item as $item) {
            $wp = $item->children('wp', true);
            if ((int) $wp->post_id === $id) {
                return $wp;
            }
        }
        self::fail("attachment $id is not in the export");
    }
}
