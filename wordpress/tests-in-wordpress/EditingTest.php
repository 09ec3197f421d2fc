<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Uploads\ImagickEditor;

/**
 * Later changes of a picture with every editor: crop, rotate, restore, regenerate sizes.
 */
final class EditingTest extends SiteTestCase
{
    public static function editors(): array
    {
        return ['GD' => ['Gd'], 'Imagick' => ['Imagick'], 'the agent' => ['Vips']];
    }

    /** @dataProvider editors */
    public function testAPictureIsRotatedAndRestored(string $editor): void
    {
        self::useEditor($editor);
        $id = self::sideload(self::photo(1200, 800, 'turn.jpg'));
        $before = get_attached_file($id);
        require_once ABSPATH . 'wp-admin/includes/image-edit.php';

        $requests = self::requestsOf(function () use ($id): void {
            self::edit($id, '[{"r":90}]');
        });

        $edited = get_attached_file($id);
        self::assertMatchesRegularExpression('/-e\d+\.jpg$/', $edited);
        self::assertSame([800, 1200], array_slice(getimagesize($edited), 0, 2));
        self::assertAllExist(self::filesOf($id));
        self::assertStringNotContainsString('GetObject', $requests, 'what this server wrote is not fetched again');

        $restored = wp_restore_image($id);
        self::assertTrue(isset($restored->msg), $restored->error ?? '');
        self::assertSame($before, get_attached_file($id));
        self::assertAllExist(self::filesOf($id));

        wp_delete_attachment($id, true);
        self::assertSame([], $this->newFiles(), 'edited versions go with their picture');
    }

    /** @dataProvider editors */
    public function testAPictureIsCropped(string $editor): void
    {
        self::useEditor($editor);
        $id = self::sideload(self::photo(1200, 800, 'crop.jpg'));

        $cropped = wp_crop_image($id, 100, 100, 400, 300, 400, 300);

        self::assertIsString($cropped, is_wp_error($cropped) ? $cropped->get_error_message() : '');
        self::assertStringStartsWith('s3://', $cropped);
        self::assertSame([400, 300], array_slice(getimagesize($cropped), 0, 2));
    }

    /** @dataProvider editors */
    public function testTheRestApiEditsIntoACopy(string $editor): void
    {
        self::useEditor($editor);
        $id = self::sideload(self::photo(1200, 800, 'edit.jpg'));
        $request = new \WP_REST_Request('POST', "/wp/v2/media/$id/edit");
        $request->set_body_params([
            'src' => wp_get_attachment_url($id),
            'modifiers' => [['type' => 'rotate', 'args' => ['angle' => 90]]],
        ]);

        $answer = rest_do_request($request);

        self::assertSame(201, $answer->get_status(), wp_json_encode($answer->get_data()));
        $files = self::filesOf($answer->get_data()['id']);
        self::assertAllExist($files);
        self::assertSame([800, 1200], array_slice(getimagesize($files[0]), 0, 2));
    }

    /** @dataProvider editors */
    public function testSizesAreMadeAnewWithoutFetchingThePictureTwice(string $editor): void
    {
        self::useEditor($editor);
        $id = self::sideload(self::photo(1200, 800, 'again.jpg'));
        $file = get_attached_file($id);
        foreach (array_slice(self::filesOf($id), 1) as $size) {
            unlink($size);
        }

        $requests = self::requestsOf(static function () use ($id, $file): void {
            wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file));
        });

        self::assertAllExist(self::filesOf($id));
        self::assertDoesNotMatchRegularExpression('/([2-9]|\d\d+) GetObject/', $requests, 'at most one fetch');
    }

    public function testMissingSizesAreMade(): void
    {
        $id = self::sideload(self::photo(1200, 800, 'late.jpg'));
        add_image_size('late', 123, 45, true);

        $made = wp_update_image_subsizes($id);

        remove_image_size('late');
        self::assertIsArray($made);
        self::assertFileExists(dirname(get_attached_file($id)) . '/late-123x45.jpg');
    }

    public function testASiteIconIsMade(): void
    {
        require_once ABSPATH . 'wp-admin/includes/class-wp-site-icon.php';
        $id = self::sideload(self::photo(800, 800, 'icon.jpg'));
        $icon = new \WP_Site_Icon();
        add_filter('intermediate_image_sizes_advanced', [$icon, 'additional_sizes']);

        $cropped = wp_crop_image($id, 0, 0, 512, 512, 512, 512);
        $attachment = method_exists($icon, 'create_attachment_object')
            ? $icon->create_attachment_object($cropped, $id)
            : wp_copy_parent_attachment_properties($cropped, $id, 'site-icon');
        $iconId = $icon->insert_attachment($attachment, $cropped);

        self::assertAllExist(self::filesOf($iconId));
        self::assertArrayHasKey('site_icon-32', wp_get_attachment_metadata($iconId)['sizes']);
    }

    public function testAHeaderImageIsCroppedAndSaved(): void
    {
        require_once ABSPATH . 'wp-admin/includes/class-custom-image-header.php';
        $id = self::sideload(self::photo(1600, 900, 'header.jpg'));
        $header = new \Custom_Image_Header('__return_null');

        $cropped = wp_crop_image($id, 0, 0, 1000, 250, 1000, 250);
        $attachment = method_exists($header, 'create_attachment_object')
            ? $header->create_attachment_object($cropped, $id)
            : wp_copy_parent_attachment_properties($cropped, $id, 'custom-header');
        $headerId = $header->insert_attachment($attachment, $cropped);

        self::assertAllExist(self::filesOf($headerId));
        self::assertSame(1000, wp_get_attachment_metadata($headerId)['width']);
    }

    public function testAPageOfADocumentIsReadFromTheServerOrFromItsBytes(): void
    {
        require_once ABSPATH . WPINC . '/class-wp-image-editor.php';
        require_once ABSPATH . WPINC . '/class-wp-image-editor-imagick.php';
        $document = wp_upload_bits('document.pdf', null, "%PDF-1.4\n%%EOF")['file'];
        $editor = new ImagickEditor($document);
        $page = \Closure::bind(function (): string {
            $this->image = new \Imagick();
            return $this->pdf_setup();
        }, $editor, ImagickEditor::class)();

        self::assertStringEndsWith('.pdf[0]', $page);
        if (!property_exists(\WP_Image_Editor_Imagick::class, 'stream_file_data')) {
            self::assertFileEquals($document, substr($page, 0, -strlen('[0]')));
            self::assertStringStartsNotWith('s3://', $page);
        }
    }

    public function testADocumentGetsAPictureOfItsFirstPage(): void
    {
        $file = self::document();

        $id = self::sideload($file);

        $meta = wp_get_attachment_metadata($id);
        self::assertArrayHasKey('full', $meta['sizes'] ?? [], (string) wp_json_encode($meta));
        self::assertArrayHasKey('medium', $meta['sizes']);
        self::assertAllExist(self::filesOf($id));
        $page = dirname(get_attached_file($id)) . '/' . $meta['sizes']['full']['file'];
        self::assertSame(IMAGETYPE_JPEG, exif_imagetype($page), 'a picture, and not the document under its name');
        self::assertGreaterThan(getimagesize($page)[1], getimagesize($page)[0], 'as wide as the page');
        wp_delete_attachment($id, true);
        self::assertSame([], $this->newFiles(), 'its pictures go with it');
    }

    private static function useEditor(string $editor): void
    {
        add_filter('wp_image_editors', static fn (array $editors): array => array_values(array_filter(
            $editors,
            static fn (string $name): bool => stripos($name, $editor) !== false,
        )), PHP_INT_MAX);
    }

    private static function edit(int $id, string $history): void
    {
        $_REQUEST = ['history' => $history, 'target' => 'all', 'context' => '', 'do' => 'save'];
        $result = wp_save_image($id);
        $_REQUEST = [];
        self::assertFalse(isset($result->error), $result->error ?? '');
    }
}
