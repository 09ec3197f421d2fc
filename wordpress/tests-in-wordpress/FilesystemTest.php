<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * WordPress's own file functions on uploads: the filesystem class that plugins use, archives, sizes of directories.
 */
final class FilesystemTest extends SiteTestCase
{
    private string $directory;
    private \WP_Filesystem_Base $filesystem;

    protected function setUp(): void
    {
        parent::setUp();
        $uploads = wp_upload_dir(null, false)['basedir'];
        self::assertTrue(WP_Filesystem(false, $uploads), 'the direct method works');
        $this->filesystem = $GLOBALS['wp_filesystem'];
        $this->directory = "$uploads/tests-" . bin2hex(random_bytes(6));
    }

    protected function tearDown(): void
    {
        $this->filesystem->delete($this->directory, true);
        self::assertFalse(is_dir($this->directory));
        parent::tearDown();
    }

    public function testThePluginsFilesystemWorksInUploads(): void
    {
        $fs = $this->filesystem;
        self::assertSame('direct', $fs->method);

        self::assertTrue($fs->mkdir($this->directory));
        self::assertTrue($fs->mkdir("$this->directory/deep"));
        self::assertTrue($fs->put_contents("$this->directory/a.css", 'body{}', FS_CHMOD_FILE));
        self::assertSame('body{}', $fs->get_contents("$this->directory/a.css"));
        self::assertSame(['body{}'], $fs->get_contents_array("$this->directory/a.css"));
        self::assertTrue($fs->chmod("$this->directory/a.css", 0644));
        self::assertTrue($fs->is_file("$this->directory/a.css"));
        self::assertTrue($fs->is_dir("$this->directory/deep"));
        self::assertTrue($fs->is_readable("$this->directory/a.css"));
        self::assertTrue($fs->is_writable("$this->directory/a.css"));
        self::assertSame(6, $fs->size("$this->directory/a.css"));
        self::assertEqualsWithDelta(time(), $fs->mtime("$this->directory/a.css"), 10);
        self::assertTrue($fs->copy("$this->directory/a.css", "$this->directory/deep/b.css"));
        self::assertFalse($fs->copy("$this->directory/a.css", "$this->directory/deep/b.css"));
        self::assertTrue($fs->move("$this->directory/deep/b.css", "$this->directory/deep/c.css"));
        self::assertFalse($fs->exists("$this->directory/deep/b.css"));
        self::assertTrue($fs->touch("$this->directory/new.txt"));
        self::assertTrue($fs->exists("$this->directory/new.txt"));
        $list = $fs->dirlist($this->directory, true, true);
        self::assertEqualsCanonicalizing(['a.css', 'deep', 'new.txt'], array_keys($list));
        self::assertSame(['c.css'], array_keys($list['deep']['files']));
        self::assertSame(6, $list['a.css']['size']);
        self::assertTrue($fs->delete("$this->directory/a.css"));
        self::assertFalse($fs->rmdir("$this->directory/deep"), 'not empty');
        self::assertTrue($fs->rmdir("$this->directory/deep", true));
        self::assertFalse($fs->exists("$this->directory/deep"));
    }

    public function testOnlyUploadsAreWrittenWithoutFtp(): void
    {
        $uploads = wp_upload_dir()['basedir'];
        $method = static fn (string $directory): string
            => apply_filters('filesystem_method', 'ftpext', [], $directory, false);

        $unnamed = WP_CONTENT_DIR . '/'; // that is what WordPress says for a plugin that says nothing
        foreach ([$uploads, "$uploads/", "$uploads/2026/11", 'S3' . substr($uploads, 2), $unnamed] as $own) {
            self::assertSame('direct', $method($own), $own);
        }
        $others = ['', ABSPATH, WP_PLUGIN_DIR, "$uploads/../code", "$uploads-of-others", 's3://'];
        foreach ($others as $other) {
            self::assertSame('ftpext', $method($other), $other);
        }
    }

    public function testWhereCodeCannotBeWrittenOnlyItsOwnNeedsFtp(): void
    {
        $script = '$_SERVER["HTTP_HOST"] = getenv("SITE_HOST"); require getenv("SITE_CODE") . "/wp-load.php";'
            . 'require ABSPATH . "wp-admin/includes/admin.php";'
            . 'require ABSPATH . "wp-admin/includes/class-wp-upgrader.php";'
            . 'echo "\\n", implode(" ", array_map(fn ($path) => get_filesystem_method([], $path),'
            . ' [ABSPATH, wp_upload_dir()["basedir"], ""]));'
            . 'ob_start(); $granted = (new WP_Upgrader_Skin())->request_filesystem_credentials(); ob_end_clean();'
            . 'echo $granted ? " is silent" : " asks";';
        $user = posix_geteuid() === 0 ? 'setpriv --reuid=www-data --regid=www-data --clear-groups -- ' : '';

        exec($user . PHP_BINARY . ' -r ' . escapeshellarg($script), $lines, $status);

        self::assertSame(0, $status, implode("\n", $lines));
        self::assertMatchesRegularExpression('/^(ftpext|ftpsockets|ssh2|) direct direct asks$/', (string) end($lines));
    }

    public function testAnArchiveIsUnpackedIntoUploads(): void
    {
        $zip = self::archive(['style.css' => 'a{}', 'images/one.svg' => '<svg/>', 'images/deep/two.txt' => 'two']);

        $unpacked = unzip_file($zip, $this->directory);

        self::assertTrue($unpacked, is_wp_error($unpacked) ? $unpacked->get_error_message() : '');
        self::assertStringEqualsFile("$this->directory/style.css", 'a{}');
        self::assertStringEqualsFile("$this->directory/images/deep/two.txt", 'two');
    }

    public function testAnArchiveThatLiesInUploadsIsUnpackedOnTheServer(): void
    {
        $this->filesystem->mkdir($this->directory);
        copy(self::archive(['readme.txt' => 'hello']), "$this->directory/demo.zip");
        $place = self::folder() . '/unpacked';

        $unpacked = unzip_file("$this->directory/demo.zip", $place);

        self::assertTrue($unpacked, is_wp_error($unpacked) ? $unpacked->get_error_message() : '');
        self::assertStringEqualsFile("$place/readme.txt", 'hello');
    }

    public function testADirectoryIsCopiedFromTheServerAndBack(): void
    {
        $local = self::folder() . '/local';
        mkdir("$local/sub", 0700, true);
        file_put_contents("$local/sub/a.txt", 'A');
        $this->filesystem->mkdir($this->directory);

        self::assertTrue(copy_dir($local, $this->directory));
        self::assertStringEqualsFile("$this->directory/sub/a.txt", 'A');
        mkdir("$local-back");
        self::assertTrue(copy_dir($this->directory, "$local-back"));

        self::assertStringEqualsFile("$local-back/sub/a.txt", 'A');
    }

    public function testTheSizeOfADirectoryIsKnownFromItsListing(): void
    {
        foreach (['a', 'b/c', 'b/d', 'b/e/f'] as $number => $name) {
            wp_mkdir_p(dirname("$this->directory/$name"));
            file_put_contents("$this->directory/$name", str_repeat('x', 100 + $number));
        }
        $size = 0;
        $requests = self::requestsOf(function () use (&$size): void {
            $cache = [];
            $size = recurse_dirsize($this->directory, null, null, $cache);
        });

        self::assertSame(100 + 101 + 102 + 103, $size);
        self::assertSame('3 ListObjectsV2', $requests, 'one for each directory, none for a file');
        $cache = [];
        self::assertSame(100, recurse_dirsize($this->directory, "$this->directory/b", null, $cache), 'one left out');
    }

    public function testTheSizeOfADirectoryFollowsItsFiles(): void
    {
        wp_mkdir_p($this->directory);
        file_put_contents("$this->directory/a", '1234');
        self::assertSame(4, get_dirsize($this->directory));
        file_put_contents("$this->directory/b", '56');
        clean_dirsize_cache("$this->directory/b");
        self::assertSame(6, get_dirsize($this->directory));
    }

    public function testFilesAreListedAndWalked(): void
    {
        wp_mkdir_p("$this->directory/one");
        file_put_contents("$this->directory/one/a.txt", 'a');
        file_put_contents("$this->directory/b.txt", 'b');

        self::assertEqualsCanonicalizing(
            ["$this->directory/one/a.txt", "$this->directory/b.txt"],
            list_files($this->directory),
        );
    }

    /** @param array<string, string> $files content by name */
    private static function archive(array $files): string
    {
        $path = dirname(self::photo(10, 10)) . '/archive.zip';
        $zip = new \ZipArchive();
        $zip->open($path, \ZipArchive::CREATE);
        foreach ($files as $name => $content) {
            $zip->addFromString($name, $content);
        }
        $zip->close();
        return $path;
    }
}
