<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/** The files that a browser adds to an attachment, which are as private as the attachment. */
final class BrowserInitialPrivacyTest extends SiteTestCase
{
    use SeenFiles;

    public function testWhatABrowserAddsIsBornAsPrivateAsItsAttachment(): void
    {
        if (!self::browserAddsFiles()) {
            return;
        }
        $id = self::privatePhoto('browser.jpg');
        $this->seen = [];

        self::add($id, 'browser.heic', 'source_original');
        self::add($id, 'browser-300x200.jpg', 'medium');
        self::add($id, 'elsewhere.mp4', 'animated_video');
        self::add($id, 'poster.jpg', 'animated_video_poster');
        self::add($id, 'browser-scaled.jpg', 'scaled');
        $this->assertSeen(404, 5);

        add_filter('aloft_new_upload_is_private', '__return_true');
        update_post_meta($id, '_aloft_private', '0');
        $this->seen = [];
        self::add($id, 'public.heic', 'source_original');
        $this->assertSeen(200, 1);
    }

    public function testWhatABrowserHasAddedFollowsTheAttachmentBeforeItIsFinal(): void
    {
        if (!self::browserAddsFiles()) {
            return;
        }
        $id = self::sideload(self::photo(500, 300, 'turns.jpg'));
        $url = dirname(wp_get_attachment_url($id)) . '/' . self::add($id, 'turns.heic', 'source_original');
        self::assertSame(200, self::status($url));

        update_post_meta($id, '_aloft_private', '1');
        self::assertSame(404, self::status($url));

        update_post_meta($id, '_aloft_private', '0');
        self::assertSame(200, self::status($url));
    }

    public function testWhatABrowserAddsIsBornPrivateThoughAPluginMakesRequests(): void
    {
        if (!self::browserAddsFiles()) {
            return;
        }
        $id = self::privatePhoto('browser-within.jpg');
        self::routeOfAPlugin('ends', static fn (): string => 'done');
        add_filter('wp_handle_sideload_prefilter', static function (array $file): array {
            rest_do_request(new \WP_REST_Request('GET', '/aloft-test/v1/ends'));
            return $file;
        });
        $this->seen = [];

        self::add($id, 'unlike.mp4', 'animated_video');

        $this->assertSeen(404, 1);
    }

    /** The name under which the file is stored. */
    private static function add(int $id, string $name, string $size): string
    {
        [$width, $height] = $size === 'medium' ? [300, 200] : [500, 300];
        $parameters = ['image_size' => $size, 'convert_format' => false];
        $photo = self::photo($width, $height);
        return basename(self::restUpload("/wp/v2/media/$id/sideload", $photo, $name, $parameters)['file']);
    }
}
