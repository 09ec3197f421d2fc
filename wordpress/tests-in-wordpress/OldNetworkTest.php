<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Files\S3Path;
use Aloft\Plugin;

/**
 * A network from before WordPress 3.5, whose sites have `wp-content/blogs.dir/N/files` and URLs below `/files/`: each
 * keeps its own folder and its URLs, and takes nothing with it that is not its own.
 */
final class OldNetworkTest extends SiteTestCase
{
    /** @var list<int> */
    private array $sites = [];

    protected function setUp(): void
    {
        parent::setUp();
        if (!is_multisite() || !get_site_option('ms_files_rewriting')) {
            self::markTestSkipped('not a network from before WordPress 3.5');
        }
        require_once ABSPATH . 'wp-admin/includes/ms.php';
        foreach (['second', 'third'] as $title) {
            $path = '/s' . bin2hex(random_bytes(4)) . '/';
            $this->sites[] = (int) wpmu_create_blog(get_network()->domain, $path, $title, 1);
        }
    }

    protected function tearDown(): void
    {
        foreach ($this->sites as $site) {
            if (get_site($site) !== null) {
                wp_delete_site($site);
            }
        }
        parent::tearDown();
    }

    public function testEachSiteHasItsOwnFolderAndUrls(): void
    {
        $bucket = Plugin::ofThisSite()->settings->bucket;
        self::assertSame("s3://$bucket/uploads", wp_upload_dir()['basedir'], 'the main site of a network since 3.0');
        self::assertStringEndsWith('/uploads', wp_upload_dir()['baseurl']);
        foreach ($this->sites as $site) {
            switch_to_blog($site);
            $uploads = wp_upload_dir();
            $home = get_option('siteurl');
            restore_current_blog();

            self::assertSame("s3://$bucket/blogs.dir/$site/files", $uploads['basedir']);
            self::assertSame("$home/files", $uploads['baseurl']);
            self::assertSame("$home/files{$uploads['subdir']}", $uploads['url']);
        }
    }

    public function testASiteHasThemInItsOwnRequestsToo(): void
    {
        $site = get_site($this->sites[0]);
        $script = '$_SERVER = ["HTTP_HOST" => $argv[2], "REQUEST_URI" => $argv[3]] + $_SERVER;'
            . 'require "$argv[1]/wp-load.php"; echo "\n", json_encode(wp_upload_dir(), JSON_UNESCAPED_SLASHES);';
        $command = [PHP_BINARY, '-r', $script, '--', getenv('SITE_CODE'), getenv('SITE_HOST'), $site->path];
        exec(implode(' ', array_map(escapeshellarg(...), $command)), $lines, $status);

        self::assertSame(0, $status, implode("\n", $lines));
        $uploads = json_decode((string) end($lines), true);
        self::assertStringEndsWith("/blogs.dir/$site->blog_id/files", $uploads['basedir']);
        self::assertSame("http://$site->domain{$site->path}files", $uploads['baseurl']);
    }

    public function testASiteThatNamesNoFolderHasNotTheMainSites(): void
    {
        [$second, $third] = $this->sites;
        $directories = [];
        foreach ([$second, $third] as $site) {
            switch_to_blog($site);
            update_option('upload_path', '');
            wp_upload_dir(null, false, true);
            $directories[] = wp_get_upload_dir()['basedir'];
            restore_current_blog();
        }

        self::assertStringEndsWith("/blogs.dir/$second/files", $directories[0]);
        self::assertStringEndsWith("/blogs.dir/$third/files", $directories[1]);
    }

    public function testAnAttachmentThatGoesTakesOnlyItsOwnFilesWithIt(): void
    {
        $main = self::sideload(self::photo(900, 600, 'same.jpg'));
        switch_to_blog($this->sites[0]);
        $id = self::sideload(self::photo(900, 600, 'same.jpg'));
        $files = self::filesOf($id);
        self::assertAllExist($files);
        self::assertStringContainsString("/blogs.dir/{$this->sites[0]}/files/", $files[0]);
        self::assertStringContainsString('/files/', wp_get_attachment_url($id));
        wp_delete_attachment($id, true);
        restore_current_blog();

        self::assertSame([], array_filter($files, file_exists(...)));
        self::assertAllExist(self::filesOf($main));
    }

    public function testASiteThatGoesTakesOnlyItsOwnFilesWithIt(): void
    {
        $mine = wp_upload_bits('main.txt', null, 'main')['file'];
        $theirs = [];
        foreach ($this->sites as $site) {
            switch_to_blog($site);
            $theirs[] = wp_upload_bits('theirs.txt', null, "site $site")['file'];
            restore_current_blog();
        }

        wp_delete_site($this->sites[0]);

        clearstatcache();
        self::assertFileDoesNotExist($theirs[0]);
        self::assertStringEqualsFile($theirs[1], "site {$this->sites[1]}");
        self::assertStringEqualsFile($mine, 'main');
    }

    public function testWhatIsWrittenOverAPrivateFileIsPrivate(): void
    {
        switch_to_blog($this->sites[1]);
        try {
            $id = self::sideload(self::photo(400, 300, 'private.jpg'));
            $file = get_attached_file($id);
            update_post_meta($id, '_aloft_private', '1');
            file_put_contents($file, 'private');

            self::assertTrue(Plugin::ofThisSite()->files->isKnownPrivate(S3Path::parse($file)));
        } finally {
            wp_delete_attachment($id, true);
            restore_current_blog();
        }
    }
}
