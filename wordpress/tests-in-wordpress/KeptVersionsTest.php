<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Files\Condition;
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
        self::assertSame($bytes, self::s3Files()->readVersion(S3Path::parse($path), end($versions), 0, 1 << 24));

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
        $id = self::sideload(self::photo(300, 200, 'spoilt.jpg'));
        $path = get_attached_file($id);
        $bytes = file_get_contents($path);
        file_put_contents($path, 'spoilt');

        self::assertStringContainsString('The version is back.', self::submit($id, self::formOf($id, 0)));
        self::assertSame($bytes, file_get_contents($path));

        unlink($path);
        self::assertStringContainsString('The version is back, but', self::submit($id, self::formOf($id, 1)));
        self::assertSame('spoilt', file_get_contents($path));
    }

    public function testThePageReplacesNothingThatItsUserHasNotSeen(): void
    {
        $id = self::sideload(self::photo(300, 200, 'unseen.jpg'));
        $path = get_attached_file($id);
        file_put_contents($path, 'spoilt');
        $form = self::formOf($id, 0);
        file_put_contents($path, 'a new one meanwhile');

        $page = self::submit($id, $form);
        self::assertStringContainsString('The file has changed since its versions were shown', $page);
        self::assertSame('a new one meanwhile', file_get_contents($path));
        self::assertSame(3, substr_count($page, '>Download</a>'));

        unlink($path);
        self::assertStringContainsString('The file has changed', self::submit($id, $form));
        self::assertFileDoesNotExist($path);
    }

    public function testAPrivateAttachmentHasNoPublicFileInBetween(): void
    {
        $id = self::sideload(self::photo(300, 200, 'known.jpg'));
        file_put_contents(get_attached_file($id), 'spoilt');
        $versions = self::versions($id);
        add_filter('s3_uploads_is_attachment_private', '__return_true');

        self::assertSame([], self::restore($id, end($versions)));

        self::assertCount(count($versions) + 1, self::versions($id), 'one write, with the mark');
        self::assertTrue(self::s3Files()->read(S3Path::parse(get_attached_file($id)), 0, 1)->file->isPrivate);
    }

    public function testPrivacyThatAnotherProcessSetsMeanwhileIsKept(): void
    {
        global $wpdb;
        file_put_contents($file = self::folder() . '/flagged.txt', 'one');
        $id = self::sideload($file);
        file_put_contents(get_attached_file($id), 'spoilt');
        $versions = self::versions($id);
        self::assertFalse(Plugin::ofThisSite()->privateMedia->isPrivate($id));
        $wpdb->insert($wpdb->postmeta, ['post_id' => $id, 'meta_key' => '_aloft_private', 'meta_value' => '1']);

        self::assertSame([], self::restore($id, end($versions)));
        self::assertTrue(self::s3Files()->read(S3Path::parse(get_attached_file($id)), 0, 1)->file->isPrivate);
    }

    public function testNothingIsBroughtBackWhileVersioningIsSuspended(): void
    {
        $id = self::sideload(self::photo(300, 200, 'halted.jpg'));
        $path = get_attached_file($id);
        file_put_contents($path, 'kept');
        $form = self::formOf($id, 0);
        self::s3('POST', 'suspend');
        try {
            file_put_contents($path, 'without an id');
            $page = self::page($id);
            $refused = self::submit($id, ['seen' => self::versions($id)[0]->etag] + $form);
        } finally {
            self::s3('POST', 'enable');
        }

        self::assertStringContainsString('Versioning is suspended in S3.', $page);
        self::assertStringNotContainsString('Bring back', $page);
        self::assertSame(3, substr_count($page, '>Download</a>'));
        self::assertStringContainsString('Nothing was brought back.', $refused);
        self::assertStringNotContainsString('The bucket keeps no versions', $refused);
        self::assertSame('without an id', file_get_contents($path));
    }

    public function testThePageSaysThatThereAreOlderVersions(): void
    {
        file_put_contents($file = self::folder() . '/log.txt', 'line 0');
        $id = self::sideload($file);
        for ($line = 1; $line < 100; $line++) {
            file_put_contents(get_attached_file($id), "line $line");
        }
        self::assertStringNotContainsString('S3 keeps older versions', self::page($id));
        file_put_contents(get_attached_file($id), 'line 100');
        self::assertStringContainsString('S3 keeps older versions', self::page($id));
    }

    public function testADownloadListsOnceAndReadsEachWindowByOneRequest(): void
    {
        $bytes = implode("\n", range(1, 1_300_000)); // 9 MB
        file_put_contents($file = self::folder() . '/long.txt', $bytes);
        $id = self::sideload($file);
        file_put_contents(get_attached_file($id), 'spoilt');
        $version = self::versions($id)[1]->id;
        $code = "wp_set_current_user(1); \$_GET = ['attachment' => '$id', 'version' => '$version'];"
            . " \$_REQUEST['_wpnonce'] = wp_create_nonce('aloft-versions-$id-$version');"
            . " do_action('admin_post_aloft_version');";

        $output = '';
        $requests = self::requestsOf(static function () use ($code, &$output): void {
            [, $output] = self::inAnotherProcess([], $code);
        });

        self::assertSame(md5($bytes), md5($output));
        self::assertSame('3 GetObject, 1 GetBucketVersioning, 1 ListObjectVersions', $requests);
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
        return self::s3Files()->history(S3Path::parse(get_attached_file($id)))->versions;
    }

    /** @return list<string> */
    private static function restore(int $id, FileVersion $version): array
    {
        $restoration = new Restoration(self::s3Files(), Plugin::ofThisSite()->privateMedia);
        return $restoration->restore($id, $restoration->original($id), $version->id, Condition::none());
    }

    /**
     * The fields of a form on the page, as a browser sends them.
     *
     * @return array<string, string>
     */
    private static function formOf(int $id, int $index): array
    {
        preg_match_all('~<form method="post".*?</form>~', self::page($id), $forms);
        preg_match_all('~name="(\w+)" value="(.*?)"~', $forms[0][$index], $fields);
        return array_combine($fields[1], array_map(html_entity_decode(...), $fields[2]));
    }

    /** @param array<string, string> $fields */
    private static function submit(int $id, array $fields): string
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_REQUEST = $_POST = wp_slash($fields);
        try {
            return self::page($id);
        } finally {
            $_SERVER['REQUEST_METHOD'] = 'GET';
            $_POST = $_REQUEST = [];
        }
    }

    private static function page(int $id): string
    {
        $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
        $hook = get_plugin_page_hookname(VersionsPage::PAGE, 'upload.php');
        remove_all_actions($hook); // of an earlier call
        do_action('admin_menu', '');
        $_GET['attachment'] = (string) $id;
        return self::printed($hook);
    }
}
