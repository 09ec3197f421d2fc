<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/** A restored revision or an autosave shows no more than its writer could show. */
final class PlacedRevisionsTest extends PlacedMediaCase
{
    public function testARevisionBringsBackWhatItShowed(): void
    {
        $this->become('editor');
        $post = $this->save('text');
        wp_update_post(['ID' => $post, 'post_content' => $this->named('<img src="URL"> first')]);
        $with = self::newestRevision($post);
        wp_update_post(['ID' => $post, 'post_content' => 'without']);
        wp_restore_post_revision($with);
        $this->become(null);
        self::assertStringContainsString('aloft-signature', $this->shown($post));
    }

    public function testARevisionThatOnlyNamesItShowsNothingWhenAnEditorRestoresIt(): void
    {
        $this->become('author');
        $named = $this->save('text', 'draft');
        wp_update_post(['ID' => $named, 'post_content' => $this->named('<img src="URL"> named')]);
        $with = self::newestRevision($named);
        wp_update_post(['ID' => $named, 'post_content' => 'without']);
        $this->become('editor');
        wp_restore_post_revision($with);
        wp_publish_post($named);
        $this->become(null);
        self::assertStringNotContainsString('aloft-signature', $this->shown($named));
    }

    /** The block editor restores a revision by saving its text. */
    public function testTheTextOfARevisionShowsWhatTheRevisionShowed(): void
    {
        $text = $this->named('<img src="URL"> first');
        foreach (['contributor' => 'editor', 'editor' => 'author'] as $writer => $restorer) {
            $this->become($restorer);
            $post = $this->save('text', 'draft');
            $user = get_current_user_id();
            $this->become($writer);
            wp_update_post(['ID' => $post, 'post_content' => $text]);
            wp_update_post(['ID' => $post, 'post_content' => 'without']);
            wp_set_current_user($user);
            self::overRest("/wp/v2/posts/$post", ['content' => $text, 'status' => 'publish']);
            $this->become(null);

            self::assertSame($text, get_post($post)->post_content);
            self::assertSame($writer === 'editor', str_contains($this->shown($post), 'aloft-signature'), $writer);
        }
    }

    public function testAnAutosaveOfAnotherUserShowsNothingButOnesOwnIsNoHindrance(): void
    {
        require_once ABSPATH . 'wp-admin/includes/post.php';
        $text = $this->named('<img src="URL"> autosaved');
        foreach (['author' => false, 'editor' => true] as $role => $isOwn) {
            $author = $this->become('author');
            $post = $this->save('text');
            $editor = $this->become('editor');
            wp_update_post(['ID' => $post, 'post_title' => 'edited']);
            wp_set_current_user($isOwn ? $editor : $author);
            self::assertIsInt(wp_create_post_autosave(['post_ID' => $post, 'post_content' => $text]
                + get_post($post, ARRAY_A)));
            wp_set_current_user($editor);
            self::overRest("/wp/v2/posts/$post", ['content' => $text]);
            $this->become(null);

            self::assertSame($isOwn, str_contains($this->shown($post), 'aloft-signature'), $role);
        }
    }

    public function testAPluginThatSavesThePostOnceMoreWhileAnEditorRestoresARevisionShowsNothing(): void
    {
        $this->become('author');
        $url = str_replace('placed', 'later', $this->named('<img src="URL"> named'));
        $post = $this->save('text', 'draft');
        wp_update_post(['ID' => $post, 'post_content' => $url]);
        $with = self::newestRevision($post);
        wp_update_post(['ID' => $post, 'post_content' => 'without']);
        wp_set_current_user(1);
        update_post_meta(self::sideload(self::photo(90, 60, 'hush-later.jpg')), '_aloft_private', '1');
        $save = static function (int $id) use (&$save, $post): void {
            remove_action('save_post', $save);
            if ($id === $post) {
                wp_update_post(['ID' => $id, 'post_title' => 'by a plugin']);
            }
        };
        add_action('save_post', $save);

        $this->become('editor');
        wp_restore_post_revision($with);
        wp_publish_post($post);
        $editor = get_current_user_id();
        $this->become(null);
        self::assertStringNotContainsString('aloft-signature', $this->shown($post));

        foreach (wp_get_post_revisions($post) as $revision) {
            wp_set_current_user($editor);
            wp_restore_post_revision($revision->ID);
            $this->become(null);
            self::assertStringNotContainsString('aloft-signature', $this->shown($post));
        }
    }

    /** Sites keep the featured image with revisions by that filter. */
    public function testAFeaturedImageThatComesBackShowsWhatTheRevisionShowed(): void
    {
        if (!function_exists('wp_post_revision_meta_keys')) {
            self::assertTrue(version_compare($GLOBALS['wp_version'], '6.4', '<'), 'newer versions can do it');
            return;
        }
        $keys = static fn (array $keys): array => [...$keys, '_thumbnail_id'];
        foreach (['author' => 'editor', 'editor' => 'author'] as $writer => $restorer) {
            $this->become($restorer);
            $user = get_current_user_id();
            $this->become($writer);
            $post = $this->save('text', 'draft');
            update_post_meta($post, '_thumbnail_id', $this->picture);
            add_filter('wp_post_revision_meta_keys', $keys);
            wp_update_post(['ID' => $post, 'post_content' => 'with']);
            $with = self::newestRevision($post);
            delete_post_thumbnail($post);
            wp_update_post(['ID' => $post, 'post_content' => 'without']);
            wp_set_current_user($user);
            wp_restore_post_revision($with);
            remove_filter('wp_post_revision_meta_keys', $keys);
            wp_publish_post($post);
            $this->become(null);

            self::assertSame($this->picture, (int) get_post_meta($post, '_thumbnail_id', true));
            self::assertSame($writer === 'editor', has_post_thumbnail($post), $writer);
        }
    }

    public function testARevisionWithTheFeaturedImageDoesNotChangeWhatThePostShows(): void
    {
        $this->become('editor');
        $post = $this->save('<img src="URL">');
        $this->become('author');
        update_post_meta($post, '_thumbnail_id', $this->picture);
        $this->become('editor');
        add_filter('wp_post_revision_meta_keys', static fn (array $keys): array => [...$keys, '_thumbnail_id']);
        wp_update_post(['ID' => $post, 'post_title' => 'Saved again']);
        $another = self::sideload(self::photo(90, 60, 'hush-featured.jpg'));
        update_post_meta($another, '_aloft_private', '1');
        $this->become('author');
        update_post_meta($post, '_thumbnail_id', $another);
        $this->become('editor');
        wp_update_post(['ID' => $post, 'post_title' => 'Saved once more']);
        $this->become(null);

        self::assertStringContainsString('aloft-signature', $this->shown($post));
        self::assertFalse(has_post_thumbnail($post));
    }

    /** @param array<string, string> $fields */
    private static function overRest(string $route, array $fields): void
    {
        $request = new \WP_REST_Request('POST', $route);
        $request->set_body_params($fields);
        self::assertSame(200, rest_do_request($request)->get_status());
    }

    private static function newestRevision(int $post): int
    {
        $revisions = wp_get_post_revisions($post, ['order' => 'DESC', 'orderby' => 'ID']);
        self::assertNotEmpty($revisions);
        return (int) array_key_first($revisions);
    }
}
