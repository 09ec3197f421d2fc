<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/** A private attachment, and users of several roles who put it into posts. */
abstract class PlacedMediaCase extends SiteTestCase
{
    /** @var list<int> */
    private array $users = [];
    /** @var list<int> */
    private array $texts = [];
    protected int $picture = 0;

    protected function setUp(): void
    {
        parent::setUp();
        $this->picture = self::sideload(self::photo(1200, 800, 'hush-placed.jpg'));
        update_post_meta($this->picture, '_aloft_private', '1');
    }

    protected function tearDown(): void
    {
        wp_set_current_user(1);
        unset($GLOBALS['post']);
        foreach ($this->texts as $text) {
            wp_delete_post($text, true);
        }
        parent::tearDown();
        foreach ($this->users as $user) {
            is_multisite() ? wpmu_delete_user($user) : wp_delete_user($user);
        }
    }

    /** @param array<string, mixed> $more */
    protected function save(string $text, string $status = 'publish', array $more = []): int
    {
        $post = wp_insert_post(wp_slash([
            'post_title' => 't',
            'post_content' => $this->named($text),
            'post_status' => $status,
        ] + $more));
        self::assertGreaterThan(0, $post);
        $this->texts[] = $post;
        return $post;
    }

    protected function named(string $text): string
    {
        $uploads = wp_get_upload_dir();
        $url = $uploads['baseurl'] . '/' . get_post_meta($this->picture, '_wp_attached_file', true);
        return strtr($text, ['URL' => $url, 'ID' => (string) $this->picture]);
    }

    /** Content of the post for a reader. */
    protected function shown(int $post, ?string $instead = null): string
    {
        $GLOBALS['post'] = get_post($post);
        setup_postdata($GLOBALS['post']);
        try {
            $text = $instead === null ? get_post($post)->post_content : $this->named($instead);
            return (string) apply_filters('the_content', $text);
        } finally {
            unset($GLOBALS['post']);
        }
    }

    protected function become(?string $role): int
    {
        $user = 0;
        if ($role !== null) {
            $name = $role . bin2hex(random_bytes(4));
            $user = wp_insert_user(['user_login' => $name, 'user_pass' => 'x', 'role' => $role,
                'user_email' => "$name@example.org"]);
            self::assertIsInt($user);
            $this->users[] = $user;
        }
        wp_set_current_user($user);
        return $user;
    }
}
