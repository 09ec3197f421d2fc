<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Operations\Diagnosis;
use Aloft\Operations\Finding;
use Aloft\Plugin;

/**
 * A site's own folder and URL of uploads, by options and by the constant: what they meant to S3-Uploads.
 */
final class UploadsFolderTest extends SiteTestCase
{
    protected function tearDown(): void
    {
        update_option('upload_path', '');
        update_option('upload_url_path', '');
        wp_upload_dir(null, false, true);
        parent::tearDown();
    }

    /** @dataProvider folders */
    public function testAFolderBelowTheContentFolderIsOneOfTheBucket(string $option, string $folder): void
    {
        update_option('upload_path', str_replace('{content}', WP_CONTENT_DIR, $option));
        $uploads = wp_upload_dir(null, false, true);

        self::assertSame("s3://media/$folder", $uploads['basedir']);
        self::assertSame("s3://media/$folder{$uploads['subdir']}", $uploads['path']);
        self::assertSame(get_option('home') . "/$folder", $uploads['baseurl']);
        self::assertSame(get_option('home') . "/$folder{$uploads['subdir']}", $uploads['url']);
    }

    /** @return iterable<string, array{string, string}> */
    public static function folders(): iterable
    {
        yield 'WordPress\'s own' => ['', 'uploads'];
        yield 'the same by its name' => ['wp-content/uploads', 'uploads'];
        yield 'another' => ['wp-content/media', 'media'];
        yield 'deeper' => ['wp-content/files/media/', 'files/media'];
        yield 'absolute' => ['{content}/media', 'media'];
        yield 'beside the content folder' => ['files', 'uploads'];
        yield 'of a server of before' => ['/home/old/public_html/wp-content/uploads', 'uploads'];
        yield 'out of the content folder' => ['wp-content/../secret', 'uploads'];
        yield 'the content folder itself' => ['wp-content', 'uploads'];
    }

    public function testAnUploadGoesThereAndIsRemovedFromThere(): void
    {
        update_option('upload_path', 'wp-content/media');
        wp_upload_dir(null, false, true);

        $file = wp_upload_bits('own.jpg', null, (string) file_get_contents(self::photo(400, 300)))['file'];
        $id = wp_insert_attachment(['post_mime_type' => 'image/jpeg'], $file);
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file));
        $files = self::filesOf($id);
        self::assertAllExist($files);
        self::assertStringStartsWith('s3://media/media/', $files[0]);
        self::assertStringStartsWith(get_option('home') . '/media/', wp_get_attachment_url($id));
        wp_delete_attachment($id, true);

        self::assertSame([], array_filter($files, file_exists(...)));
    }

    public function testTheConstantMeansTheSame(): void
    {
        foreach (['wp-content/media' => 'media', 'files' => 'uploads'] as $constant => $folder) {
            $code = 'echo "\n", wp_upload_dir()["basedir"];';
            [$status, $output] = self::inAnotherProcess([], $code, "define('UPLOADS', '$constant');");

            self::assertSame(0, $status, $output);
            self::assertSame("s3://media/$folder", trim((string) strrchr($output, "\n")));
        }
    }

    public function testAnUrlOfItsOwnCountsWhereUrlsAreKept(): void
    {
        update_option('upload_url_path', 'https://static.example.org/media');
        self::assertSame(get_option('home') . '/uploads', wp_upload_dir(null, false, true)['baseurl']);

        $code = 'echo "\n", wp_upload_dir()["baseurl"];';
        [, $output] = self::inAnotherProcess(['S3_UPLOADS_DISABLE_REPLACE_UPLOAD_URL' => '1'], $code);

        self::assertSame('https://static.example.org/media', trim((string) strrchr($output, "\n")));
    }

    public function testWhatTheEdgeDoesNotServeByItselfIsToldToOperators(): void
    {
        self::assertSame(Finding::GOOD, self::look()->status);
        update_option('upload_path', 'wp-content/media');
        self::assertStringContainsString('upload_paths', self::look()->text);
        update_option('upload_path', '/home/old/uploads');
        self::assertStringContainsString('/home/old/uploads lies outside wp-content', self::look()->text);
    }

    private static function look(): Finding
    {
        wp_upload_dir(null, false, true);
        $site = Plugin::ofThisSite();
        return (new Diagnosis($site->settings, $site->files, $site->files, $site->uploads))->addresses();
    }
}
