<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * To who may not read a private attachment WordPress says nothing of it, by whatever way it is asked: no signature, no
 * name of a file, no title, and no sign that it is there. To who may, everything works.
 */
final class ClosedAttachmentsTest extends SiteTestCase
{
    private const TYPES = ['picture' => 'jpg', 'document' => 'pdf', 'sound' => 'mp3', 'film' => 'mp4'];

    /** Ways that show, to who may read it, an attachment of this type only; all others show each type. */
    private const ONLY_FOR = [
        'its thumbnail' => 'picture',
        'its original' => 'picture',
        'a size' => 'picture',
        'a size or an icon' => 'picture',
        'a size by its metadata' => 'picture',
        'its sources' => 'picture',
        'an image' => 'picture',
        '[gallery ids]' => 'picture',
        '[gallery include]' => 'picture',
        '[playlist ids]' => 'sound',
        'the block of an image' => '',
        'the block of a film' => '',
        'the block of a cover' => '',
        'the widget of an image' => 'picture',
        'the widget of a gallery' => 'picture',
        'the widget of sound' => 'sound',
        'the widget of film' => 'film',
        'REST, its methods' => '',
        'REST, searched' => '',
        'REST, processed' => '',
        'parse-media-shortcode' => 'picture',
        'send-attachment-to-editor' => 'picture',
    ];

    /** Ways that say numbers, or nothing of attachments as WordPress is today. */
    private const WITHOUT_NAMES = [
        'how many',
        'types',
        'counts',
        'the logo',
        'the icon',
        'a page by its name',
        'the widget of comments',
    ];

    private const MISSING = 2147483;

    /** @var list<int> */
    private array $users = [];
    private int $post = 0;
    private int $menu = 0;

    /** @var array<string, int> by type */
    private array $closed = [];

    /** @var array<string, string> as long as nothing else is there */
    private array $countsOfOpen = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->post = self::insert(['post_title' => 'A post', 'post_content' => 'text', 'post_status' => 'publish']);
        $this->attachment('plain-picture', 'jpg');
        $this->countsOfOpen = self::counts(new WaysToAttachments($this->post, 0));
        foreach (self::TYPES as $type => $extension) {
            $this->closed[$type] = $this->attachment("hush-$type", $extension);
        }
        $this->menu = (int) wp_create_nav_menu('menu-' . bin2hex(random_bytes(4)));
        foreach ($this->closed as $id) {
            wp_update_nav_menu_item($this->menu, 0, [
                'menu-item-object' => 'attachment',
                'menu-item-object-id' => $id,
                'menu-item-type' => 'post_type',
                'menu-item-status' => 'publish',
            ]);
            wp_insert_comment(['comment_post_ID' => $id, 'comment_content' => 'hush comment', 'comment_approved' => 1]);
        }
    }

    protected function tearDown(): void
    {
        wp_set_current_user(1);
        wp_delete_nav_menu($this->menu);
        remove_theme_mod('custom_logo');
        delete_option('site_icon');
        parent::tearDown();
        wp_delete_post($this->post, true);
        foreach ($this->users as $user) {
            is_multisite() ? wpmu_delete_user($user) : wp_delete_user($user);
        }
    }

    /** @return array<string, array{?string}> */
    public static function strangers(): array
    {
        return [
            'visitor' => [null],
            'subscriber' => ['subscriber'],
            'contributor' => ['contributor'],
            'author' => ['author'],
        ];
    }

    /** @dataProvider strangers */
    public function testNothingIsSaidOfAClosedAttachment(?string $role): void
    {
        $ways = new WaysToAttachments($this->post, $this->menu);
        $this->close();
        $this->become($role);
        // By who may not read it: he names it, no more.
        update_post_meta($this->post, '_thumbnail_id', $this->closed['picture']);

        $told = [];
        foreach ($ways->byNumber() as $way => $ask) {
            foreach ($this->closed as $type => $id) {
                $answer = $ask($id);
                self::tells($answer) && $told[] = "$way ($type): $answer";
                $asIfMissing = str_replace((string) self::MISSING, (string) $id, $ask(self::MISSING));
                self::assertSame($asIfMissing, $answer, "$way ($type) answers as for none");
            }
        }
        foreach ($ways->byLooking() as $way => $look) {
            $answer = $look();
            self::tells($answer) && $told[] = "$way: $answer";
        }

        self::assertSame([], $told);
        self::assertSame($this->countsOfOpen, self::counts($ways));
        self::assertStringContainsString('plain-picture', $ways->byLooking()['REST'](), 'what is open is found');
        self::assertStringContainsString('plain-picture', $ways->byLooking()['[gallery]']());
    }

    public function testWhoMayReadItFindsItEverywhere(): void
    {
        $this->close();
        $ways = new WaysToAttachments($this->post, $this->menu);
        $this->become('editor');
        update_post_meta($this->post, '_thumbnail_id', $this->closed['picture']);

        foreach ($ways->byNumber() as $way => $ask) {
            $only = isset(self::ONLY_FOR[$way]) ? [self::ONLY_FOR[$way] => 1] : $this->closed;
            foreach (array_intersect_key($this->closed, $only) as $type => $id) {
                self::assertStringContainsStringIgnoringCase('hush', $ask($id), "$way ($type)");
            }
        }
        foreach ($ways->byLooking() as $way => $look) {
            if (!in_array($way, self::WITHOUT_NAMES, true)) {
                self::assertStringContainsStringIgnoringCase('hush', $look(), $way);
            }
        }
    }

    public function testItsOwnAuthorMayReadIt(): void
    {
        $author = $this->become('author');
        $own = $this->attachment('hush-own', 'jpg');
        update_post_meta($own, '_aloft_private', '1');
        $ways = new WaysToAttachments($this->post, $this->menu);
        foreach ([$author, 'author'] as $who) {
            is_int($who) ? wp_set_current_user($who) : $this->become($who);
            foreach (['a query', 'posts', 'REST', 'query-attachments', 'XML-RPC'] as $way) {
                self::assertSame(is_int($who), str_contains($ways->byLooking()[$way](), 'hush-own'), $way);
            }
            self::assertSame(is_int($who), is_string(wp_get_attachment_url($own)));
        }
    }

    public function testACapabilityLetsReadersIn(): void
    {
        $this->close();
        $this->become('subscriber');
        self::assertFalse(wp_get_attachment_url($this->closed['document']));

        add_filter('map_meta_cap', static fn (array $needed, string $capability): array
            => str_starts_with($capability, 'read_private_upload') ? ['read'] : $needed, 10, 2);

        self::assertStringContainsString('aloft-signature', wp_get_attachment_url($this->closed['document']));
        self::assertNotEmpty(get_posts(['post_type' => 'attachment', 'include' => [$this->closed['document']]]));
    }

    /** Pages as browsers and feed readers get them, and screens of the administration, by HTTP. */
    public function testPagesSayNothingOfAClosedAttachment(): void
    {
        if (is_multisite()) {
            self::assertTrue(true, 'the server of this test serves one site');
            return;
        }
        $this->close();
        $author = $this->cookies('author');
        $id = $this->closed['picture'];
        $told = [];
        foreach ($this->pages($id) as $page) {
            foreach (['visitor' => '', 'author' => $author] as $who => $cookies) {
                [$status, $text] = self::fetch($page, $cookies);
                $text = str_replace('attachment=hush-picture', '', $text); // as it was asked
                self::tells($text) && $told[] = "$page for the $who: $status";
                if (preg_match('/^Location:.*$/mi', $text, $location) === 1) {
                    self::assertStringNotContainsString("=$id", $location[0], $page);
                }
            }
        }
        self::assertSame([], $told);
        self::assertStringContainsStringIgnoringCase(
            'hush',
            self::fetch('/wp-admin/upload.php?mode=list', $this->cookies('editor'))[1],
        );
    }

    /** @return list<string> */
    private function pages(int $id): array
    {
        return [
            "/?attachment_id=$id",
            "/?p=$id",
            "/?page_id=$id",
            "/?p=$id&post_type=attachment",
            '/?attachment=hush-picture',
            '/hush-picture/',
            '/?name=hush-picture',
            "/?attachment_id=$id&embed=true",
            "/?attachment_id=$id&feed=rss2",
            "/?attachment_id=$id&feed=rss2&withoutcomments=1",
            '/?attachment=hush-picture&feed=rdf&withoutcomments=1',
            '/?attachment=hush-picture&feed=atom&withoutcomments=1',
            '/?feed=comments-rss2',
            '/?feed=rss2',
            '/?s=hush&post_type=attachment&post_status=inherit',
            '/wp-sitemap.xml',
            '/?sitemap=posts&sitemap-subtype=attachment&paged=1',
            '/?sitemap=posts&sitemap-subtype=post&paged=1',
            "/?rest_route=/wp/v2/media/$id",
            '/?rest_route=/wp/v2/media',
            '/?rest_route=/oembed/1.0/embed&url=' . rawurlencode(home_url("/?attachment_id=$id")),
            "/?p=$this->post",
            '/wp-admin/upload.php?mode=list',
            "/wp-admin/upload.php?item=$id",
            "/wp-admin/post.php?post=$id&action=edit",
            "/wp-admin/async-upload.php?attachment_id=$id&fetch=3",
            "/wp-admin/async-upload.php?attachment_id=$id&fetch=2",
            "/wp-admin/async-upload.php?attachment_id=$id&fetch=1",
            '/wp-admin/media-upload.php?type=image&tab=library',
            "/wp-admin/media-upload.php?type=image&tab=gallery&post_id=$this->post",
            '/wp-admin/export.php?download=true&content=all',
            '/wp-admin/index.php',
            '/wp-admin/edit-comments.php',
        ];
    }

    /** @return array<string, string> */
    private static function counts(WaysToAttachments $ways): array
    {
        $which = ['how many' => 1, 'counts' => 1];
        $which += version_compare(get_bloginfo('version'), '6.4', '>=') ? ['types' => 1] : []; // there is no filter
        $looking = array_intersect_key($ways->byLooking(), $which);
        return array_map(static fn (\Closure $look): string => $look(), $looking);
    }

    /** Makes stored attachments private. */
    private function close(): void
    {
        wp_set_current_user(1);
        foreach ($this->closed as $id) {
            update_post_meta($id, '_aloft_private', '1');
        }
        set_theme_mod('custom_logo', $this->closed['picture']);
        update_option('site_icon', $this->closed['picture']);
    }

    private static function tells(string $answer): bool
    {
        return preg_match('/hush[ -](?:picture|document|sound|film|own|comment)|aloft-signature/i', $answer) === 1;
    }

    private function attachment(string $name, string $extension): int
    {
        $file = $extension === 'jpg'
            ? (string) file_get_contents(self::photo(1200, 800))
            : ['pdf' => "%PDF-1.4\n", 'mp3' => "ID3\x03\0\0\0\0\0\0", 'mp4' => "\0\0\0\x18ftypmp42"][$extension];
        $stored = wp_upload_bits("$name.$extension", null, $file);
        self::assertFalse($stored['error']);
        $id = wp_insert_attachment([
            'post_title' => "$name title",
            'post_name' => $name,
            'post_excerpt' => "$name caption",
            'post_content' => "$name description",
            'post_mime_type' => $stored['type'],
            'comment_status' => 'open',
        ], $stored['file'], $this->post);
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $stored['file']));
        return $id;
    }

    /** @param array<string, mixed> $post */
    private static function insert(array $post): int
    {
        return (int) wp_insert_post($post, false);
    }

    private function become(?string $role): int
    {
        $user = $role === null ? 0 : $this->user($role);
        wp_set_current_user($user);
        return $user;
    }

    private function user(string $role): int
    {
        $name = $role . bin2hex(random_bytes(4));
        $user = wp_insert_user(['user_login' => $name, 'user_pass' => 'password', 'role' => $role,
            'user_email' => "$name@example.org"]);
        self::assertIsInt($user);
        $this->users[] = $user;
        return $user;
    }

    /** Cookies of a browser that has logged in. */
    private function cookies(string $role): string
    {
        $user = $this->user($role);
        $expires = time() + 3600;
        $token = \WP_Session_Tokens::get_instance($user)->create($expires);
        return AUTH_COOKIE . '=' . wp_generate_auth_cookie($user, $expires, 'auth', $token) . '; '
            . LOGGED_IN_COOKIE . '=' . wp_generate_auth_cookie($user, $expires, 'logged_in', $token);
    }

    /** @return array{int, string} status, and head with body */
    private static function fetch(string $page, string $cookies): array
    {
        $context = stream_context_create(['http' => [
            'ignore_errors' => true,
            'follow_location' => 0,
            'header' => $cookies === '' ? '' : "Cookie: $cookies",
        ]]);
        $body = (string) @file_get_contents('http://' . getenv('SITE_HOST') . $page, false, $context);
        $head = $http_response_header ?? [];
        return [(int) substr($head[0] ?? '', 9, 3), implode("\n", $head) . "\n\n" . html_entity_decode($body)];
    }
}
