<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Uploads\AttachmentFiles;

/**
 * Attachments without the metadata that WordPress makes of an upload: what `wp_insert_attachment()` alone makes, and
 * documents of old libraries.
 */
final class BareAttachmentsTest extends SiteTestCase
{
    /** @dataProvider metadata */
    public function testTheListOfMediaHasThemToo(mixed $metadata): void
    {
        [$id, $file] = self::attachment($metadata);

        $list = rest_do_request(new \WP_REST_Request('GET', '/wp/v2/media'));
        $edited = new \WP_REST_Request('GET', "/wp/v2/media/$id");
        $edited->set_param('context', 'edit');
        $one = rest_do_request($edited);

        self::assertSame(200, $list->get_status());
        self::assertContains($id, array_column($list->get_data(), 'id'));
        self::assertSame(200, $one->get_status());
        self::assertStringEndsWith('/' . basename($file), $one->get_data()['source_url']);
        self::assertIsString(wp_json_encode($list->get_data()));
    }

    /** @dataProvider metadata */
    public function testTheyAreShownMadePrivateAndDeleted(mixed $metadata): void
    {
        [$id, $file] = self::attachment($metadata);

        self::assertStringEndsWith('/' . basename($file), wp_prepare_attachment_for_js($id)['url']);
        self::assertIsString(apply_filters('the_content', "[gallery ids=\"$id\"]" . wp_get_attachment_link($id)));
        self::assertSame([$file], AttachmentFiles::of($id));
        update_post_meta($id, '_aloft_private', '1');
        self::assertSame(404, self::status(wp_get_upload_dir()['url'] . '/' . basename($file)));
        wp_delete_attachment($id, true);

        self::assertFileDoesNotExist($file);
    }

    public function testTheFilesOfBrokenMetadataAreThoseThatItNames(): void
    {
        [$id, $file] = self::attachment(['file' => 'a.pdf', 'sizes' => '']);
        self::assertSame([$file], AttachmentFiles::of($id));

        $sizes = ['thumbnail' => [], 'medium' => 'a.pdf', 'large' => ['file' => 'a-pdf.jpg']];
        update_post_meta($id, '_wp_attachment_metadata', ['file' => 'a.pdf', 'sizes' => $sizes]);

        self::assertSame([$file, dirname($file) . '/a-pdf.jpg'], AttachmentFiles::of($id));
        delete_post_meta($id, '_wp_attachment_metadata');
    }

    /** @return iterable<string, array{mixed}> */
    public static function metadata(): iterable
    {
        yield 'none' => [null];
        yield 'an empty text' => [''];
        yield 'an empty list' => [[]];
        yield 'of a document' => [['filesize' => 3]];
    }

    /** @return array{int, string} */
    private static function attachment(mixed $metadata): array
    {
        $file = wp_upload_dir()['path'] . '/old-' . bin2hex(random_bytes(4)) . '.pdf';
        file_put_contents($file, 'old');
        $id = wp_insert_attachment(['post_mime_type' => 'application/pdf', 'post_title' => 'Old'], $file);
        if ($metadata !== null) {
            update_post_meta($id, '_wp_attachment_metadata', $metadata);
        }
        return [$id, $file];
    }
}
