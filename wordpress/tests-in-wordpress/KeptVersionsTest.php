<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Files\FileVersion;
use Aloft\Files\S3Path;
use Aloft\Library\Restoration;
use Aloft\Operations\VersionsPage;
use Aloft\Plugin;

/**
 * Versions of uploads on a bucket that keeps them.
 *
 * @group versions
 */
final class KeptVersionsTest extends SiteTestCase
{
    public function testAnOverwrittenPictureComesBackWithItsSizes(): void
    {
        $id = self::sideload(self::photo(1200, 800));
        $path = get_attached_file($id);
        $sizes = array_column(wp_get_attachment_metadata($id)['sizes'], 'file');
        $bytes = file_get_contents($path);
        copy(self::photo(400, 900), $path);
        self::restore($id, self::versions($id)[0]); // makes the sizes fit
        self::assertNotSame($sizes, array_column(wp_get_attachment_metadata($id)['sizes'], 'file'));

        $versions = self::versions($id);
        $page = self::page($id);
        self::assertStringContainsString('<h1>Versions of ' . basename($path) . '</h1>', $page);
        self::assertSame(count($versions), substr_count($page, '>Download</a>'));
        self::assertSame(count($versions) - 1, substr_count($page, '>Bring back</button>'));
        self::assertSame($bytes, self::s3Files()->readVersion(S3Path::parse($path), end($versions)->id, 0, 1 << 24));

        self::assertSame([], self::restore($id, end($versions)));
        self::assertSame($bytes, file_get_contents($path));
        $meta = wp_get_attachment_metadata($id);
        self::assertSame([1200, 800], [$meta['width'], $meta['height']]);
        self::assertSame($sizes, array_column($meta['sizes'], 'file'));
        self::assertAllExist(self::filesOf($id));
        self::assertSame([1200, 800], array_slice(getimagesize($path), 0, 2));
    }

    public function testThePageBringsAVersionBack(): void
    {
        $id = self::sideload(self::photo(300, 200));
        $path = get_attached_file($id);
        $bytes = file_get_contents($path);
        file_put_contents($path, 'spoilt');
        $version = self::versions($id)[1]->id;

        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_POST = ['version' => wp_slash($version)];
        $_REQUEST['_wpnonce'] = wp_create_nonce("aloft-versions-$id-$version");
        try {
            $page = self::page($id);
        } finally {
            $_SERVER['REQUEST_METHOD'] = 'GET';
            $_POST = $_REQUEST = [];
        }

        self::assertStringContainsString('The version is back.', $page);
        self::assertSame($bytes, file_get_contents($path));
    }

    public function testWhatIsNoPictureIsReported(): void
    {
        $id = self::sideload(self::photo(300, 200));
        file_put_contents(get_attached_file($id), '<?php die("executed");');
        copy(self::photo(300, 200), get_attached_file($id));

        $errors = self::restore($id, self::versions($id)[1]);

        self::assertSame(['no metadata could be made of it'], $errors);
        self::assertSame('<?php die("executed");', file_get_contents(get_attached_file($id)));
    }

    public function testAVersionThatWasPrivateMakesTheAttachmentPrivate(): void
    {
        $media = Plugin::ofThisSite()->privateMedia;
        $id = self::sideload(self::photo(800, 600));
        $media->set($id, true);
        $private = self::versions($id)[0];
        self::assertSame([], $media->set($id, false));
        $public = self::versions($id)[0];
        self::assertSame([], self::restore($id, $private));

        self::assertTrue($media->isPrivate($id));
        foreach (self::filesOf($id) as $file) {
            self::assertTrue(self::s3Files()->read(S3Path::parse($file), 0, 1)->file->isPrivate, $file);
        }
        self::assertSame([], self::restore($id, $public));
        self::assertTrue($media->isPrivate($id), 'a private file stays private');
    }

    private static function s3Files(): \Aloft\Files\Files
    {
        return Plugin::ofThisSite()->files;
    }

    /** @return list<FileVersion> */
    private static function versions(int $id): array
    {
        return self::s3Files()->versions(S3Path::parse(get_attached_file($id)));
    }

    /** @return list<string> */
    private static function restore(int $id, FileVersion $version): array
    {
        $restoration = new Restoration(self::s3Files(), Plugin::ofThisSite()->privateMedia);
        return $restoration->restore($id, $restoration->original($id), $version->id);
    }

    private static function page(int $id): string
    {
        $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
        do_action('admin_menu', '');
        $_GET['attachment'] = (string) $id;
        return self::printed(get_plugin_page_hookname(VersionsPage::PAGE, 'upload.php'));
    }
}
