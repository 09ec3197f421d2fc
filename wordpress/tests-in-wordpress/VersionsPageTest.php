<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\AgentException;
use Aloft\Operations\VersionsPage;
use Aloft\Plugin;

/**
 * The page with the versions of a file: who may see it, and what it says where the bucket keeps none.
 */
final class VersionsPageTest extends SiteTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        add_filter('wp_die_handler', static fn (): \Closure => static fn (mixed $text) => throw new \DomainException(
            (string) $text,
        ));
    }

    protected function tearDown(): void
    {
        $_GET = $_POST = $_REQUEST = [];
        $_SERVER['REQUEST_METHOD'] = 'GET';
        parent::tearDown();
    }

    public function testABucketWithoutVersionsSaysSo(): void
    {
        $id = self::sideload(self::photo(300, 200));

        self::assertStringContainsString('The bucket keeps no versions.', self::page($id));
        self::assertSame('The bucket keeps no versions. Versioning can be enabled in S3; from then on replaced and'
            . ' deleted files can be brought back.', self::refusal(fn () => self::download($id, 'null')));
        self::assertStringContainsString('The bucket keeps no versions.', self::bringBack($id, 'null'));
    }

    public function testTheMediaLibraryLinksToIt(): void
    {
        $id = self::sideload(self::photo(300, 200));
        $link = "upload.php?page=aloft-versions&#038;attachment=$id\"";

        self::assertStringContainsString($link, self::links($id)[0]);
        self::assertStringContainsString($link, self::links($id)[1]);
        self::page($id);
        remove_all_actions('admin_head'); // WordPress's own need a page
        Plugin::ofThisSite()->hooks->takeOut();
        Plugin::ofThisSite()->hooks->putIn();
        do_action('admin_head');
        self::assertNotContains(VersionsPage::PAGE, array_column($GLOBALS['submenu']['upload.php'] ?? [], 2));
    }

    public function testAPluginMayAskForNoCapability(): void
    {
        $author = wp_insert_user(['user_login' => uniqid('a'), 'user_pass' => 'x', 'role' => 'author']);

        // A network's super admin may do whatever is not forbidden, and core takes user 0 for the current one.
        wp_set_current_user(0);
        self::assertFalse(user_can($author, null));
        self::assertFalse(user_can(0, null));
    }

    public function testOnlyUsersWithTheCapabilitySeeIt(): void
    {
        $id = self::sideload(self::photo(300, 200));
        $editor = wp_insert_user(['user_login' => uniqid('e'), 'user_pass' => 'x', 'role' => 'editor']);
        wp_set_current_user($editor);

        self::assertFalse(current_user_can(VersionsPage::CAPABILITY));
        self::assertSame(['', ''], self::links($id));
        $this->assertRefusesAll($id);

        wp_get_current_user()->add_cap(VersionsPage::CAPABILITY);
        self::assertTrue(current_user_can(VersionsPage::CAPABILITY));
        self::assertStringContainsString('The bucket keeps', self::page($id));

        wp_get_current_user()->set_role('author');
        wp_get_current_user()->add_cap(VersionsPage::CAPABILITY);
        self::assertSame(['', ''], self::links($id), 'who may not edit the file');
        $this->assertRefusesAll($id);

        wp_set_current_user(0);
        $this->assertRefusesAll($id);
        wp_set_current_user(1);
        wp_get_current_user()->add_cap(VersionsPage::CAPABILITY, false);
        self::assertSame(is_multisite() && is_super_admin(), current_user_can(VersionsPage::CAPABILITY));
        wp_get_current_user()->remove_cap(VersionsPage::CAPABILITY);
        self::assertTrue(current_user_can(VersionsPage::CAPABILITY));
        self::deleteUser($editor);
    }

    public function testADownloadOfAVersionThatChangesSaysNothingOfBringingBack(): void
    {
        $changed = new AgentException('the file has changed', AgentException::CONDITION_FAILED);

        self::assertSame('the file has changed', VersionsPage::reason($changed));
    }

    public function testNothingHappensWithoutTheNonceOfThatVersion(): void
    {
        $id = self::sideload(self::photo(300, 200));
        $other = self::sideload(self::photo(300, 200, 'other.jpg'));
        $nonces = ['', wp_create_nonce("aloft-versions-$other-null"), wp_create_nonce("aloft-versions-$id-a")];
        foreach ($nonces as $nonce) {
            $requests = self::requestsOf(static function () use ($id, $nonce): void {
                self::refusal(fn () => self::download($id, 'null', $nonce));
                self::refusal(fn () => self::bringBack($id, 'null', $nonce));
            });
            self::assertSame('no requests', $requests);
        }
    }

    public function testIdsThatS3NeverGaveReachNoAgent(): void
    {
        $id = self::sideload(self::photo(300, 200));
        foreach (['', "a\r\nX: y", "a\n", 'ä', '../b c', str_repeat('x', 1025)] as $version) {
            self::assertSame('There is no such version.', self::refusal(fn () => self::download($id, $version)));
            self::assertSame('There is no such version.', self::refusal(fn () => self::bringBack($id, $version)));
        }
    }

    public function testARequestNamesTheFileThatItReplaces(): void
    {
        $id = self::sideload(self::photo(300, 200));
        foreach ([null, [], 'a', '"a" "b"', "\"a\"\r\nX: y", "\"a\"\n", '"ä"', '*', 'W/"a"'] as $seen) {
            $requests = self::requestsOf(static function () use ($id, $seen): void {
                self::assertSame('The request does not name the file that it replaces.', self::refusal(
                    fn () => self::bringBack($id, 'null', null, $seen),
                ));
            });
            self::assertSame('no requests', $requests);
        }
    }

    public function testFilesElsewhereHaveNoVersions(): void
    {
        $id = self::sideload(self::photo(300, 200));
        $post = wp_insert_post(['post_title' => 'no attachment']);
        $outside = ['../cat.jpg', '../../other/uploads/cat.jpg', '/etc/passwd', '2026/..'];
        foreach ([...$outside, ...is_multisite() ? ['sites/9/cat.jpg', '2026/../sites/9/cat.jpg'] : []] as $file) {
            update_post_meta($id, '_wp_attached_file', $file);
            wp_update_attachment_metadata($id, []);
            self::assertSame(['', ''], self::links($id), $file);
            $this->assertRefusesAll($id);
        }
        $this->assertRefusesAll($post);
        $this->assertRefusesAll(0);
        wp_delete_post($post, true);
    }

    public function testADownloadIsNeverRendered(): void
    {
        $headers = VersionsPage::headers("a\"b\r\nSet-Cookie: c=ü.html", 7);

        self::assertContains('Content-Type: application/octet-stream', $headers);
        self::assertContains('X-Content-Type-Options: nosniff', $headers);
        self::assertContains('Content-Disposition: attachment; filename="a_b__Set-Cookie__c___.html";'
            . " filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20c%3D%C3%BC.html", $headers);
        self::assertSame([], preg_grep('/[\r\n]/', $headers));
    }

    private function assertRefusesAll(int $id): void
    {
        $sentence = 'You may not see the versions of this file, or it has none here.';
        self::assertSame($sentence, self::refusal(fn () => self::page($id)));
        self::assertSame($sentence, self::refusal(fn () => self::download($id, 'null')));
        self::assertSame($sentence, self::refusal(fn () => self::bringBack($id, 'null')));
    }

    private static function deleteUser(int $user): void
    {
        require_once ABSPATH . 'wp-admin/includes/user.php';
        require_once ABSPATH . 'wp-admin/includes/ms.php';
        is_multisite() ? wpmu_delete_user($user) : wp_delete_user($user);
    }

    /** @return array{string, string} in the list, and among the fields */
    private static function links(int $id): array
    {
        $fields = apply_filters('attachment_fields_to_edit', [], get_post($id));
        $actions = apply_filters('media_row_actions', [], get_post($id), false);
        return [$actions[VersionsPage::PAGE] ?? '', $fields[VersionsPage::PAGE]['html'] ?? ''];
    }

    private static function refusal(\Closure $step): string
    {
        $level = ob_get_level();
        try {
            $step();
        } catch (\DomainException $died) {
            return $died->getMessage();
        } finally {
            while (ob_get_level() > $level) {
                ob_end_clean();
            }
        }
        self::fail('nothing was refused');
    }

    /** The page as its hook prints it: WordPress itself checks the capability of the menu before. */
    private static function page(int $id): string
    {
        $user = get_current_user_id();
        $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
        wp_set_current_user(1);
        do_action('admin_menu', '');
        wp_set_current_user($user);
        $_GET['attachment'] = (string) $id;
        return self::printed(get_plugin_page_hookname(VersionsPage::PAGE, 'upload.php'));
    }

    private static function bringBack(int $id, string $version, ?string $nonce = null, mixed $seen = ''): string
    {
        self::ask($id, $version, $nonce);
        $_POST['seen'] = wp_slash($seen);
        $_SERVER['REQUEST_METHOD'] = 'POST';
        try {
            return self::page($id);
        } finally {
            $_SERVER['REQUEST_METHOD'] = 'GET';
        }
    }

    private static function download(int $id, string $version, ?string $nonce = null): void
    {
        self::ask($id, $version, $nonce);
        do_action('admin_post_aloft_version');
    }

    private static function ask(int $id, string $version, ?string $nonce): void
    {
        $_GET = $_POST = ['attachment' => (string) $id, 'version' => wp_slash($version)];
        $_REQUEST['_wpnonce'] = $nonce ?? wp_create_nonce("aloft-versions-$id-$version");
    }
}
