<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\Agent;
use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Plugin;

/**
 * Sites of a network, in directories and on domains: each has a prefix of its own, counts its own bytes, and takes
 * its files with it.
 */
final class NetworkTest extends SiteTestCase
{
    private int $second = 0;

    protected function setUp(): void
    {
        parent::setUp();
        if (!is_multisite()) {
            return;
        }
        $name = 's' . bin2hex(random_bytes(4));
        $network = get_network();
        $this->second = (int) wpmu_create_blog(
            is_subdomain_install() ? "$name.$network->domain" : $network->domain,
            is_subdomain_install() ? '/' : "/$name/",
            'Second',
            1,
        );
        self::assertGreaterThan(1, $this->second);
    }

    protected function tearDown(): void
    {
        if ($this->second > 0 && get_site($this->second) !== null) {
            require_once ABSPATH . 'wp-admin/includes/ms.php';
            wp_delete_site($this->second);
        }
        parent::tearDown();
    }

    public function testAnotherSiteKeepsItsFilesUnderItsOwnPrefix(): void
    {
        if (!is_multisite()) {
            self::assertStringEndsWith('/uploads', wp_upload_dir()['basedir']);
            return;
        }
        $id = $this->inSecond(static function (): string {
            $id = self::sideload(self::photo(400, 300, 'second.jpg'));
            self::assertAllExist(self::filesOf($id));
            $url = wp_get_attachment_url($id);
            $file = get_attached_file($id);
            wp_delete_attachment($id, true);
            self::assertFileDoesNotExist($file);
            return "$file $url";
        });

        [$file, $url] = explode(' ', $id);
        self::assertStringContainsString("/uploads/sites/$this->second/", $file);
        self::assertStringContainsString("/uploads/sites/$this->second/", $url);
        $host = is_subdomain_install() ? get_site($this->second)->domain : get_network()->domain;
        self::assertSame($host, wp_parse_url($url, PHP_URL_HOST) . ':' . wp_parse_url($url, PHP_URL_PORT));
        self::assertStringNotContainsString('/sites/', wp_upload_dir()['basedir'], 'back on the first site');
    }

    public function testASiteWithADomainOfItsOwnHasItsUploadsThere(): void
    {
        if (!is_multisite()) {
            self::assertStringStartsWith(get_option('home') . '/uploads', wp_upload_dir()['baseurl']);
            return;
        }
        $mapped = (int) wpmu_create_blog('shop.example.com', '/', 'Mapped', 1);
        switch_to_blog($mapped);
        $own = wp_upload_dir(null, false, true);
        restore_current_blog();
        switch_to_blog($this->second);
        $other = wp_upload_dir(null, false, true);
        restore_current_blog();
        wp_delete_site($mapped);

        self::assertStringEndsWith("/uploads/sites/$mapped", $own['basedir']);
        self::assertSame("http://shop.example.com/uploads/sites/$mapped", $own['baseurl']);
        $host = is_subdomain_install() ? get_site($this->second)->domain : get_network()->domain;
        self::assertSame("http://$host/uploads/sites/$this->second", $other['baseurl']);
    }

    public function testTheMediaOfEachSiteIsCheckedInItsOwnFolder(): void
    {
        if (!is_multisite()) {
            self::assertSame(1, self::wp('aloft', 'media', 'fsck', '--network')[0]);
            return;
        }
        $first = self::sideload(self::photo(400, 300, 'first.jpg'));
        unlink(self::filesOf($first)[1]);
        $lost = $this->inSecond(static function (): string {
            $file = self::filesOf(self::sideload(self::photo(400, 300, 'second.jpg')))[1];
            unlink($file);
            return basename($file);
        });

        [$status, $output] = self::wp('aloft', 'media', 'fsck', '--network', '--json');

        self::assertSame(9, $status, $output);
        preg_match_all('/^\{.*"kind":"missing".*$/m', $output, $lines);
        $found = array_map(static fn (string $line): array => json_decode($line, true), $lines[0]);
        $files = array_map(basename(...), array_column($found, 'file', 'site'));
        self::assertSame([1 => basename(self::filesOf($first)[1]), $this->second => $lost], $files, $output);
        self::assertStringNotContainsString('"orphan"', $output);
        self::assertStringContainsString(" --url='", $found[1]['command']);
    }

    public function testTheFilesOfAnotherSiteAreNotImported(): void
    {
        if (!is_multisite()) {
            self::assertSame(0, self::wp('aloft', 'media', 'import', 'sites/2/', '--dry-run')[0]);
            return;
        }
        $this->inSecond(static fn (): string => (string) copy(self::photo(), wp_upload_dir()['path'] . '/left.jpg'));

        [$status, $output] = self::wp('aloft', 'media', 'import', "sites/$this->second/", '--dry-run', '--min-age=0');

        self::assertSame(1, $status, $output);
        self::assertStringContainsString('belongs to another site: select it with --url', $output);
    }

    public function testWhatIsWrittenOverAPrivateFileOfAnotherSiteIsPrivate(): void
    {
        if (!is_multisite()) {
            self::assertSame('', get_post_meta(self::sideload(self::photo()), '_aloft_private', true));
            return;
        }
        $this->inSecond(static function (): string {
            $id = self::sideload(self::photo(400, 300, 'private-second.jpg'));
            $file = get_attached_file($id);
            $isPrivate = static fn (): bool
                => Plugin::ofThisSite()->files->isKnownPrivate(S3Path::parse($file));
            file_put_contents($file, 'public');
            self::assertFalse($isPrivate());
            update_post_meta($id, '_aloft_private', '1');

            self::assertSame('1 PutObject', self::requestsOf(static fn () => file_put_contents($file, 'private')));
            self::assertTrue($isPrivate());
            wp_delete_attachment($id, true);
            return '';
        });
    }

    public function testASiteCountsItsOwnBytesAgainstItsQuota(): void
    {
        if (!is_multisite()) {
            self::assertGreaterThanOrEqual(0, recurse_dirsize(wp_upload_dir()['basedir']));
            return;
        }
        update_site_option('upload_space_check_disabled', 0);
        $this->inSecond(function (): string {
            update_option('blog_upload_space', 1);
            self::assertFalse(upload_is_user_over_quota(false));
            $big = wp_upload_bits('big.txt', null, str_repeat('x', 1_100_000));
            self::assertFalse($big['error']);
            clean_dirsize_cache($big['file']);
            self::assertTrue(upload_is_user_over_quota(false), 'over one megabyte');
            self::assertSame(0, get_upload_space_available());
            unlink($big['file']);
            return '';
        });
        update_site_option('upload_space_check_disabled', 1);
    }

    public function testASiteThatGoesTakesItsFilesWithIt(): void
    {
        if (!is_multisite()) {
            self::assertFalse(is_dir(wp_upload_dir()['basedir'] . '/sites'));
            return;
        }
        $directory = $this->inSecond(static function (): string {
            wp_upload_bits('gone.txt', null, 'gone');
            return wp_upload_dir()['basedir'];
        });
        $first = wp_upload_bits('stays.txt', null, 'stays')['file'];

        wp_delete_site($this->second);

        self::assertSame([], list_files($directory));
        self::assertFileExists($first);
    }

    public function testASitesAdministratorSeesTheFailuresOfHisSiteOnly(): void
    {
        if (!is_multisite()) {
            self::assertTrue(current_user_can('manage_options'));
            return;
        }
        $name = 'admin' . bin2hex(random_bytes(4));
        $admin = wpmu_create_user($name, 'a long password', "$name@example.org");
        add_user_to_blog($this->second, $admin, 'administrator');
        $fail = static function (string $name): string {
            $files = new Files(new Agent(Plugin::ofThisSite()->settings->socket));
            $path = S3Path::parse(wp_upload_dir()['path'] . "/$name");
            try {
                $files->put($path, 'x', Condition::none());
                self::fail('S3 is down');
            } catch (AgentException $refusal) {
                return $refusal->getMessage();
            }
        };
        $page = static function (): string {
            $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
            set_current_screen('dashboard');
            do_action('admin_menu', '');
            ob_start();
            do_action(get_plugin_page_hookname('aloft', 'tools.php'));
            return (string) ob_get_clean();
        };
        add_user_to_blog(get_main_site_id(), $admin, 'administrator');
        $page(); // so that the agent has counted the files, which it does not try again soon after a failure
        [$all, $own, $main] = self::whileS3IsDown(function () use ($fail, $page, $admin): array {
            try {
                $fail('of-the-main-site.txt');
                $this->inSecond(static fn (): string => $fail('of-the-second.txt'));
                $all = $page();
                wp_set_current_user($admin);
                return [$all, $this->inSecond($page), $page()];
            } finally {
                wp_set_current_user(1);
                wpmu_delete_user($admin);
            }
        });

        self::assertStringContainsString('of-the-main-site.txt', $all);
        self::assertStringContainsString('of-the-second.txt', $all);
        self::assertStringContainsString('of-the-second.txt', $own);
        self::assertStringNotContainsString('of-the-second.txt', $main);
        self::assertStringNotContainsString('<h2>Files</h2>', $main, 'they include those of other sites');
        self::assertStringNotContainsString('of-the-main-site', $own);
        self::assertStringContainsString('Requests to S3', $all);
        self::assertStringNotContainsString('Requests to S3', $own);
        self::assertStringNotContainsString(ABSPATH, $own);
    }

    /** @param callable(): string $step */
    private function inSecond(callable $step): string
    {
        switch_to_blog($this->second);
        try {
            return $step();
        } finally {
            restore_current_blog();
        }
    }
}
