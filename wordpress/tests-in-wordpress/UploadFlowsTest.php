<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * The ways a file comes into the media library, but for a browser's form: each file made is one PUT, and none is
 * fetched again.
 */
final class UploadFlowsTest extends SiteTestCase
{
    public function testANameWithANumberIsFree(): void
    {
        $folder = wp_upload_dir()['path'];
        touch("$folder/document-1.jpg");
        touch("$folder/document-300x200.jpg"); // for its sake WordPress increases the number

        self::assertSame('document-2.jpg', wp_unique_filename("$folder/", 'document.jpg'));
    }

    public function testASideloadedPhotographIsOnePutForEachFileAndNoGet(): void
    {
        $photo = self::photo(3000, 2000);
        $id = 0;

        $requests = self::requestsOf(function () use ($photo, &$id): void {
            $id = self::sideload($photo);
        });

        $files = self::filesOf($id);
        self::assertGreaterThan(5, count($files));
        self::assertAllExist($files);
        self::assertOnlyPutsAndALook(count($files), $requests);
    }

    public function testTheRestApiTakesABody(): void
    {
        $photo = self::photo(1200, 800, 'rest.jpg');
        $answer = null;

        $requests = self::requestsOf(function () use ($photo, &$answer): void {
            $request = new \WP_REST_Request('POST', '/wp/v2/media');
            $request->set_header('Content-Type', 'image/jpeg');
            $request->set_header('Content-Disposition', 'attachment; filename="rest.jpg"');
            $request->set_body((string) file_get_contents($photo));
            $answer = rest_do_request($request);
        });

        self::assertSame(201, $answer->get_status());
        $files = self::filesOf($answer->get_data()['id']);
        self::assertAllExist($files);
        self::assertFileEquals($photo, $files[0]);
        self::assertOnlyPutsAndALook(count($files), $requests);
    }

    public function testTheBlockEditorBringsItsOwnSizes(): void
    {
        if (!method_exists(\WP_REST_Attachments_Controller::class, 'sideload_item')) {
            self::assertTrue(version_compare($GLOBALS['wp_version'], '7.1', '<'), 'newer versions can do it');
            return;
        }
        add_filter('wp_client_side_media_processing_enabled', '__return_true');
        $GLOBALS['wp_rest_server'] = null;
        $sent = self::restUpload('/wp/v2/media', self::photo(1200, 800), 'editor.jpg', ['generate_sub_sizes' => false]);
        $id = $sent['id'];
        self::assertCount(1, self::filesOf($id));

        self::restUpload(
            "/wp/v2/media/$id/sideload",
            self::photo(300, 200),
            'editor-300x200.jpg',
            ['image_size' => 'medium', 'convert_format' => false],
        );
        $finalized = rest_do_request(new \WP_REST_Request('POST', "/wp/v2/media/$id/finalize"));

        self::assertLessThan(300, $finalized->get_status());
        self::assertAllExist(self::filesOf($id));
        self::assertContains('editor-300x200.jpg', $this->newFiles());
    }

    public function testXmlRpcStoresWhatAnAppSends(): void
    {
        require_once ABSPATH . WPINC . '/class-IXR.php';
        require_once ABSPATH . WPINC . '/class-wp-xmlrpc-server.php';
        add_filter('xmlrpc_enabled', '__return_true');
        add_filter('authenticate', static fn (): \WP_User => get_user_by('id', 1), 99);
        $photo = self::photo(800, 600);
        $server = new \wp_xmlrpc_server();

        $answer = $server->mw_newMediaObject([
            get_current_blog_id(),
            'admin',
            'whatever',
            ['name' => 'app.jpg', 'type' => 'image/jpeg', 'bits' => file_get_contents($photo)],
        ]);

        self::assertIsArray($answer, is_object($answer) ? $answer->message : '');
        $files = self::filesOf((int) $answer['id']);
        self::assertAllExist($files);
        self::assertFileEquals($photo, $files[0]);
    }

    public function testBitsOfAPluginArriveWhole(): void
    {
        $upload = wp_upload_bits('bits.txt', null, 'some bits');

        self::assertFalse($upload['error']);
        self::assertStringStartsWith('s3://', $upload['file']);
        self::assertStringEqualsFile($upload['file'], 'some bits');
    }

    /** The WordPress importer and many others fetch an image by its address. */
    public function testAnImageIsFetchedFromItsAddress(): void
    {
        $first = self::sideload(self::photo(800, 600, 'source.jpg'));
        add_filter('http_request_host_is_external', '__return_true');
        $port = (int) substr((string) strrchr((string) getenv('SITE_HOST'), ':'), 1);
        add_filter('http_allowed_safe_ports', static fn (): array => [$port]);

        $id = media_sideload_image(wp_get_original_image_url($first), 0, null, 'id');

        self::assertIsInt($id, is_wp_error($id) ? $id->get_error_message() : '');
        self::assertAllExist(self::filesOf($id));
        self::assertNotSame(get_attached_file($first), get_attached_file($id));
    }

    public function testASecondFileOfTheSameNameGetsTheNextOne(): void
    {
        $first = self::sideload(self::photo(200, 100), 'twin.jpg');
        $second = 0;
        $requests = self::requestsOf(function () use (&$second): void {
            $second = self::sideload(self::photo(100, 200), 'twin.jpg');
        });

        self::assertStringEndsWith('/twin.jpg', get_attached_file($first));
        self::assertStringEndsWith('/twin-1.jpg', get_attached_file($second));
        self::assertMatchesRegularExpression('/\b1 ListObjectsV2\b/', $requests, 'one look, whatever the month holds');
    }

    public function testANameThatMayBeTakenIsNotWrittenTo(): void
    {
        $directory = wp_upload_dir()['path'];
        file_put_contents("$directory/kept-1.txt", 'old');

        $name = self::whileS3IsDown(static fn (): string => self::numbered($directory, 'kept-1.txt', 1));
        self::assertRefused("$directory/$name");

        $name = self::whileS3IsDown(static fn (): string => wp_unique_filename($directory, 'unlisted.txt'));
        self::assertRefused("$directory/$name");

        $name = self::whileS3IsDown(static fn (): string => wp_unique_filename($directory, 'unlisted.txt'));
        self::assertSame($name, wp_unique_filename($directory, 'unlisted.txt'));
        self::assertSame(3, file_put_contents("$directory/$name", 'new'), 'it is known to be free by now');
    }

    public function testNoPictureIsMadeOfANameThatMayBeTaken(): void
    {
        $picture = self::sideload(self::photo(600, 400, 'picture.jpg'));
        $other = self::sideload(self::photo(90, 60, 'other.jpg'));
        $taken = get_attached_file($other);
        $before = md5_file($taken);
        $editor = wp_get_image_editor(get_attached_file($picture));
        self::assertTrue($editor->resize(300, 200));

        $refused = self::whileS3IsDown(static fn (): string => apply_filters(
            'wp_unique_filename',
            basename($taken),
            '.jpg',
            dirname($taken),
            null,
            apply_filters('pre_wp_unique_filename_file_list', null, dirname($taken), 'unlike-all.jpg'),
            '',
        ));

        self::assertSame(basename($taken), $refused);
        self::assertTrue(is_wp_error(@$editor->save($taken)));
        clearstatcache();
        self::assertSame($before, md5_file($taken));
    }

    public function testWhereAllNumbersAreTakenNothingIsWritten(): void
    {
        $directory = wp_upload_dir()['path'];
        for ($i = 1; $i <= 101; $i++) {
            file_put_contents("$directory/many-$i.txt", 'old');
        }

        $name = self::numbered($directory, 'many-1.txt', 1);

        self::assertRefused("$directory/$name");
        self::assertStringEqualsFile("$directory/$name", 'old');
    }

    public function testANumberIsNoneUnlessItIsNumeric(): void
    {
        foreach ([null, '', 'none', false] as $number) {
            self::assertSame('free-1.txt', self::numbered(wp_upload_dir()['path'], 'free-1.txt', $number));
        }
    }

    /** As WordPress asks where it has avoided the names of sizes by itself. */
    private static function numbered(string $directory, string $name, mixed $number): string
    {
        return apply_filters('wp_unique_filename', $name, '.txt', $directory, null, [], $number);
    }

    private static function assertRefused(string $path): void
    {
        self::assertFalse(@fopen($path, 'wb'), $path);
    }

    public function testThePictureCanBeReplacedUnderItsName(): void
    {
        $id = self::sideload(self::photo(600, 400), 'replaced.jpg');
        $file = get_attached_file($id);
        $new = self::photo(500, 500);

        self::assertTrue(copy($new, $file));
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file));

        self::assertFileEquals($new, $file);
        self::assertSame(500, wp_get_attachment_metadata($id)['height']);
        self::assertSame(filesize($new), wp_get_attachment_metadata($id)['filesize']);
    }

    public function testAFileIsDeletedAtOnceAfterTheDeletionOfAnAttachmentHasFailed(): void
    {
        $id = self::sideload(self::photo(600, 400, 'failing.jpg'));
        $files = self::filesOf($id);
        $fail = static fn (): never => throw new \DomainException('in a plugin');
        add_action('deleted_post', static fn () => add_filter('wp_delete_file', $fail), PHP_INT_MAX);
        $other = wp_upload_bits('other.txt', null, 'old')['file'];
        try {
            wp_delete_attachment($id, true);
            self::fail('deleted');
        } catch (\DomainException) {
            remove_filter('wp_delete_file', $fail);
        }

        wp_delete_file($other);
        self::assertFileDoesNotExist($other);
        file_put_contents($other, 'new');
        do_action('clean_post_cache', $id);
        self::assertStringEqualsFile($other, 'new');
        array_map(unlink(...), array_filter($files, file_exists(...)));
    }

    public function testSizesKnowHowLargeTheirFilesAre(): void
    {
        $id = self::sideload(self::photo());
        $meta = wp_get_attachment_metadata($id);
        $directory = dirname(get_attached_file($id));

        self::assertNotEmpty($meta['sizes']);
        foreach ($meta['sizes'] as $size) {
            self::assertSame(filesize("$directory/{$size['file']}"), $size['filesize']);
        }
    }

    private static function assertOnlyPutsAndALook(int $files, string $requests): void
    {
        self::assertMatchesRegularExpression(
            "/^$files PutObject(, [12] ListObjectsV2)?$/",
            $requests,
            'as many PUTs as files, and at most two looks for a free name',
        );
    }
}
