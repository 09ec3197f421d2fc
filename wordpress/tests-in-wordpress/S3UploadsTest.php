<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Files\PutObjectHooks;
use Aloft\Files\S3Path;
use Aloft\Uploads\ImagickEditor;
use S3_Uploads\Plugin;

/**
 * Code that was written for S3-Uploads: its class, its functions, its filters and actions.
 */
final class S3UploadsTest extends SiteTestCase
{
    public function testTheClassAndTheFunctionsAreThere(): void
    {
        self::assertTrue(class_exists('S3_Uploads\Plugin', false), 'without an autoloader');
        self::assertSame(Plugin::get_instance(), Plugin::get_instance());
        self::assertTrue(\S3_Uploads\enabled());
        self::assertSame(10, has_filter('upload_dir', [Plugin::get_instance(), 'filter_upload_dir']));
        self::assertTrue(class_exists('S3_Uploads\Image_Editor_Imagick'));
        self::assertTrue(is_a(ImagickEditor::class, 'S3_Uploads\Image_Editor_Imagick', true));
        self::assertSame('media', Plugin::get_instance()->get_s3_bucket());
        self::assertSame('s3://media', Plugin::get_instance()->get_s3_path());
        self::assertSame(home_url(), Plugin::get_instance()->get_s3_url());
    }

    public function testWhoTakesItsFilterOutGetsTheServersOwnDirectory(): void
    {
        $plugin = Plugin::get_instance();

        remove_filter('upload_dir', [$plugin, 'filter_upload_dir']);
        $local = wp_upload_dir(null, false);
        add_filter('upload_dir', [$plugin, 'filter_upload_dir']);

        self::assertStringStartsWith(WP_CONTENT_DIR, $local['basedir']);
        self::assertStringStartsWith('s3://', wp_upload_dir(null, false)['basedir']);
        self::assertSame($local, $plugin->get_original_upload_dir());
    }

    public function testItIsTornDownAndSetUpAgain(): void
    {
        $plugin = Plugin::get_instance();
        $plugin->tear_down();
        self::assertStringStartsWith(WP_CONTENT_DIR, wp_upload_dir(null, false)['basedir']);
        self::assertNotContains('s3', stream_get_wrappers());
        self::assertFalse(has_filter('upload_dir', [$plugin, 'filter_upload_dir']));

        $plugin->setup();

        self::assertStringStartsWith('s3://', wp_upload_dir(null, false)['basedir']);
        self::assertAllExist(self::filesOf(self::sideload(self::photo())));
    }

    public function testAnotherBucketIsItsOwn(): void
    {
        $other = new Plugin('other/site', null, null, null, 'eu-west-1');
        $dirs = [
            'path' => WP_CONTENT_DIR . '/uploads/2026/11',
            'basedir' => WP_CONTENT_DIR . '/uploads',
            'url' => 'http://x/wp-content/uploads/2026/11',
            'baseurl' => 'http://x/wp-content/uploads',
        ];

        self::assertSame('other', $other->get_s3_bucket());
        self::assertSame('eu-west-1', $other->get_s3_bucket_region());
        self::assertSame('https://other.s3.amazonaws.com/site', $other->get_s3_url());
        self::assertSame([
            'path' => 's3://other/site/uploads/2026/11',
            'basedir' => 's3://other/site/uploads',
            'url' => 'https://other.s3.amazonaws.com/site/uploads/2026/11',
            'baseurl' => 'https://other.s3.amazonaws.com/site/uploads',
        ], $other->filter_upload_dir($dirs));
        self::assertSame('https://cdn', (new Plugin('b', null, null, 'https://cdn'))->get_s3_url());
    }

    public function testPlacesAreFoundByUrlAndPath(): void
    {
        $plugin = Plugin::get_instance();
        $uploads = wp_upload_dir();
        $key = substr($uploads['path'], strlen('s3://media/')) . '/a.jpg';
        $path = "s3://media/$key";

        self::assertSame(['bucket' => 'media', 'key' => $key], $plugin->get_s3_location_for_path($path));
        self::assertSame(
            ['bucket' => 'media', 'key' => $key, 'query' => 'v=1'],
            $plugin->get_s3_location_for_url("$uploads[url]/a.jpg?v=1"),
        );
        self::assertSame(
            ['bucket' => 'media', 'key' => 'x/y.jpg', 'query' => null],
            $plugin->get_s3_location_for_url('https://media.s3.amazonaws.com/x/y.jpg'),
        );
        self::assertNull($plugin->get_s3_location_for_path('/tmp/a.jpg'));
        self::assertNull($plugin->get_s3_location_for_url('https://elsewhere.example/a.jpg'));
    }

    public function testTheFilesOfAnAttachmentAreTheTrueOnes(): void
    {
        $id = self::sideload(self::photo());
        add_filter('s3_uploads_get_attachment_files', static fn (array $all): array => [...$all, 's3://media/more']);

        $files = Plugin::get_attachment_files($id);
        self::assertEqualsCanonicalizing([...self::filesOf($id), 's3://media/more'], $files);
    }

    public function testEachWriteIsTold(): void
    {
        $told = [];
        add_action('s3_uploads_putObject', static function (array $params) use (&$told): void {
            $told[] = $params;
        });

        $upload = wp_upload_bits('told.txt', null, 'x');

        self::assertSame([['Bucket' => 'media', 'Key' => substr($upload['file'], strlen('s3://media/'))]], $told);
    }

    public function testTheTypeOfTheContentCanBeChosen(): void
    {
        add_filter('s3_uploads_putObject_params', static function (array $params): array {
            return ['ContentType' => 'text/plain', 'ACL' => 'public-read'] + $params;
        });

        $upload = wp_upload_bits('chosen.dat', null, 'x');

        self::assertFalse($upload['error']);
        $headers = get_headers($upload['url'], true);
        self::assertStringStartsWith('text/plain', $headers['Content-Type'] ?? $headers['content-type'] ?? '');
    }

    public function testForHowLongItMayBeKeptCanBeChosen(): void
    {
        add_filter('s3_uploads_putObject_params', static function (array $params): array {
            return ['CacheControl' => 'max-age=77'] + $params;
        });

        $headers = array_change_key_case(get_headers(wp_upload_bits('kept.txt', null, 'x')['url'], true));

        self::assertStringContainsString('max-age=77', $headers['cache-control']);
        $path = S3Path::parse('s3://media/uploads/a.txt');
        remove_all_filters('s3_uploads_putObject_params');
        self::assertSame(['Cache-Control' => 'max-age=600'], (new PutObjectHooks('600'))->before($path));
        self::assertSame(
            ['Cache-Control' => 'public, max-age=600'],
            (new PutObjectHooks('public, max-age=600'))->before($path),
        );
        self::assertSame([], (new PutObjectHooks("a\nb"))->before($path), 'no header, and no failed write');
    }

    public function testAHeaderCannotBeSmuggledIntoAWrite(): void
    {
        add_filter('s3_uploads_putObject_params', static function (array $params): array {
            return ['ContentType' => "text/plain\r\nIf-Match: \"x\""] + $params;
        });

        self::assertFalse(wp_upload_bits('smuggled.txt', null, 'x')['error']);
    }

    public function testAFilterSaysWhereTheBucketIsSeen(): void
    {
        add_filter('s3_uploads_bucket_url', static fn (): string => 'https://cdn.example/media/');

        self::assertStringStartsWith('https://cdn.example/media/uploads', wp_upload_dir(null, false)['baseurl']);
        ob_start();
        wp_resource_hints();
        self::assertStringContainsString("rel='dns-prefetch' href='//cdn.example'", (string) ob_get_clean());
        remove_all_filters('s3_uploads_bucket_url');
        self::assertStringStartsWith(home_url(), wp_upload_dir(null, false)['baseurl']);
    }

    public function testAnAclIsAMark(): void
    {
        $id = self::sideload(self::photo());
        $set = [];
        add_action('s3_uploads_set_attachment_files_acl', static function (int $id, string $acl) use (&$set): void {
            $set[] = [$id, $acl];
        }, 10, 2);

        self::assertNull(Plugin::get_instance()->set_attachment_files_acl($id, 'private'));
        self::assertNull(Plugin::get_instance()->set_attachment_files_acl($id, 'public-read'));

        self::assertSame([[$id, 'private'], [$id, 'public-read']], $set);
        self::assertWPError(Plugin::get_instance()->set_attachment_files_acl(999_999, 'private'));
    }

    public function testThereIsNoClientWithoutAnSdk(): void
    {
        try {
            Plugin::get_instance()->s3();
            self::fail('there is one');
        } catch (\RuntimeException $none) {
            self::assertStringContainsString('s3_uploads_aws_sdk', $none->getMessage());
        }
        $client = new \stdClass();
        add_filter('s3_uploads_aws_sdk', static fn (): object => new class ($client) {
            public function __construct(private readonly object $client)
            {
            }

            public function createS3(): object
            {
                return $this->client;
            }
        });
        self::assertSame($client, Plugin::get_instance()->s3());
    }

    private static function assertWPError(mixed $value): void
    {
        self::assertInstanceOf(\WP_Error::class, $value);
    }
}
