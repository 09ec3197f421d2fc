<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\PrivateMedia\PrivateMedia;

/**
 * A private attachment in a post is shown to the post's readers if a user who may read it put it there. A file name or
 * number that another user wrote shows nothing, also if an editor publishes the post.
 */
final class PlacedMediaTest extends PlacedMediaCase
{
    /** Ways to name it in a text. @return array<string, array{string}> */
    public static function texts(): array
    {
        return [
            'a picture' => ['<img src="URL" class="wp-image-ID">'],
            'a link' => ['<p><a href="URL">it</a></p>'],
            'a gallery' => ['[gallery ids="ID"]'],
            'a block of a gallery' => ['<!-- wp:gallery {"ids":[ID]} --><img src="URL"><!-- /wp:gallery -->'],
        ];
    }

    /** @dataProvider texts */
    public function testWhatAnEditorPutsThereItsReadersSee(string $text): void
    {
        $this->become('editor');
        $post = $this->save($text);
        $this->become(null);

        $shown = $this->shown($post);

        self::assertStringContainsString('aloft-signature', $shown);
        preg_match('~https?://[^"\' ]*aloft-signature[^"\' ]*~', $shown, $url);
        self::assertSame(is_multisite() ? [] : [200], is_multisite() ? [] : [self::status($url[0])]);
        self::assertFalse($this->alone(), 'elsewhere it stays closed');
    }

    /** @dataProvider texts */
    public function testWhoOnlyNamesItShowsNothing(string $text): void
    {
        foreach (['contributor', 'author'] as $role) {
            $writer = $this->become($role);
            $post = $this->save($text, 'draft');
            self::assertStringNotContainsString('aloft-signature', $this->shown($post), "to the $role himself");

            $this->become('editor');
            wp_update_post(['ID' => $post, 'post_title' => 'Read over', 'post_status' => 'publish']);
            $this->become(null);
            self::assertStringNotContainsString('aloft-signature', $this->shown($post), 'to visitors, published');
            wp_set_current_user($writer);
            self::assertStringNotContainsString('aloft-signature', $this->shown($post));
        }
    }

    public function testAnEditorCanPutItIntoAnothersPost(): void
    {
        $this->become('author');
        $post = $this->save('text');
        $this->become('editor');
        wp_update_post(['ID' => $post, 'post_content' => $this->named('<img src="URL">')]);
        $this->become(null);

        self::assertStringContainsString('aloft-signature', $this->shown($post));
    }

    public function testAPostShowsWhatWasPublicWhenItWasSaved(): void
    {
        delete_post_meta($this->picture, '_aloft_private');
        self::date($this->picture, '-2 hours');
        $this->become('author');
        $post = $this->save('<img src="URL" class="wp-image-ID">');
        self::date($post, '-1 hour');
        wp_set_current_user(1);
        update_post_meta($this->picture, '_aloft_private', '1');
        $this->become(null);
        self::assertStringContainsString('aloft-signature', $this->shown($post));

        $this->become('editor');
        wp_update_post(['ID' => $post, 'post_title' => 'Changed']);
        $this->become(null);
        self::assertStringContainsString('aloft-signature', $this->shown($post), 'also after it was saved again');
    }

    /** Times are in seconds: such a post may have been saved after the mark. */
    public function testAPostThatWasSavedInTheSecondOfTheMarkShowsNothing(): void
    {
        self::date($this->picture, '-2 hours');
        $marked = (int) get_post_meta($this->picture, PrivateMedia::SINCE, true);
        foreach ([0 => false, 1 => true] as $before => $isShown) {
            $this->become('author');
            $post = $this->save('<img src="URL" class="wp-image-ID">');
            self::date($post, '@' . ($marked - $before));
            delete_post_meta($post, '_aloft_shows');
            $this->become(null);
            self::assertSame($isShown, str_contains($this->shown($post), 'aloft-signature'), "$before s before");
        }
    }

    public function testANumberThatWasNamedBeforeItWasGivenShowsNothing(): void
    {
        $this->become('contributor');
        $next = $this->picture + 20;
        $numbers = implode(',', range($this->picture + 1, $next));
        $post = $this->save("[gallery ids='$numbers']", 'draft');
        wp_set_current_user(1);
        $later = self::sideload(self::photo(1200, 800, 'hush-later.jpg'));
        self::assertContains($later, range($this->picture + 1, $next));
        update_post_meta($later, '_aloft_private', '1');
        $this->become('editor');
        wp_update_post(['ID' => $post, 'post_status' => 'publish']);
        $this->become(null);

        self::assertStringNotContainsString('hush', $this->shown($post));
    }

    public function testAnImportedRecordIsNoSql(): void
    {
        $this->become('editor');
        $post = $this->save('text');
        update_post_meta($post, '_aloft_shows', ['0) OR (2=2' => true, 'x' => true]);
        $this->become(null);
        $GLOBALS['post'] = get_post($post);

        $query = new \WP_Query(['post_type' => 'attachment', 'post_status' => 'inherit']);

        self::assertStringNotContainsString('2=2', $query->request);
        self::assertSame('', $GLOBALS['wpdb']->last_error);
    }

    public function testAnImportedPictureWasNotHereBefore(): void
    {
        $this->become('contributor');
        $numbers = implode(',', range($this->picture + 1, $this->picture + 20));
        $post = $this->save("[gallery ids='$numbers']", 'draft');
        self::date($post, '-1 year');
        wp_set_current_user(1);
        $old = self::importOfYearsAgo();
        self::assertContains($old, range($this->picture + 1, $this->picture + 20));
        update_post_meta($old, '_aloft_private', '1');
        wp_update_post(['ID' => $post, 'post_status' => 'publish']);
        $this->become(null);

        self::assertStringNotContainsString('hush', $this->shown($post));
    }

    public function testAPictureThatIsDatedBackWasNotHereBefore(): void
    {
        $this->become('contributor');
        $numbers = implode(',', range($this->picture + 1, $this->picture + 20));
        $post = $this->save("[gallery ids='$numbers']", 'draft');
        self::date($post, '-1 hour');
        wp_set_current_user(1);
        $later = self::sideload(self::photo(1200, 800, 'hush-later.jpg'));
        self::assertContains($later, range($this->picture + 1, $this->picture + 20));
        update_post_meta($later, '_aloft_private', '1');
        foreach (['-1 year', '-2 years'] as $when) {
            $moment = gmdate('Y-m-d H:i:s', (int) strtotime($when));
            wp_update_post(['ID' => $later, 'post_date' => get_date_from_gmt($moment), 'post_date_gmt' => $moment]);
            self::assertSame($moment, get_post($later)->post_date_gmt);
        }
        wp_update_post(['ID' => $post, 'post_status' => 'publish']);
        $this->become(null);

        self::assertStringNotContainsString('hush', $this->shown($post));
    }

    /** The end of a list that is too long is not read. Shortening the list does not place an attachment. */
    public function testWhatComesIntoViewBehindOthersWasNotPlaced(): void
    {
        $this->become('contributor');
        $many = implode(',', range(1_000_000, 1_004_999));
        $post = $this->save("[gallery ids='$many,ID']", 'draft');
        $this->become('editor');
        $fewer = preg_replace('/^1000000,/', '', $many);
        wp_update_post(['ID' => $post, 'post_status' => 'publish',
            'post_content' => $this->named("[gallery ids='$fewer,ID']")]);
        $this->become(null);

        self::assertStringNotContainsString('hush', $this->shown($post, '[gallery ids="ID"]'));
    }

    public function testWhatComesIntoViewBehindPicturesWithoutAttachmentWasNotPlaced(): void
    {
        $url = preg_replace('/jpg$/', 'webp', $this->named('URL'));
        // Each can be of 31 others, and 15,600 are looked for.
        $others = array_map(static fn (int $i): string => dirname($url) . "/other-$i.webp", range(1, 503));
        $this->become('contributor');
        $post = $this->save(implode(' ', [...$others, $url]), 'draft');
        $this->become('editor');
        wp_update_post(['ID' => $post, 'post_status' => 'publish',
            'post_content' => implode(' ', [...array_slice($others, 1), $url])]);
        $this->become(null);

        self::assertStringNotContainsString('aloft-signature', $this->shown($post, '<img src="URL">'));
    }

    public function testWhatTheDatabaseDidNotTellWasNotPlaced(): void
    {
        $this->become('contributor');
        $post = $this->save(str_replace('placed', 'later', $this->named('<img src="URL">')), 'draft');
        wp_set_current_user(1);
        update_post_meta(self::sideload(self::photo(90, 60, 'hush-later.jpg')), '_aloft_private', '1');
        $this->become('editor');
        self::failingQueries('/ meta_value IN /', 2, 3); // for the old text, after that for the new one
        wp_update_post(['ID' => $post, 'post_status' => 'publish']);
        $this->become(null);

        self::assertStringNotContainsString('aloft-signature', $this->shown($post));
    }

    public function testWhatTheDatabaseDidNotTellStaysAsItWas(): void
    {
        $this->become('editor');
        $post = $this->save('<img src="URL">');
        clean_post_cache($post);
        self::failingQueries("/ meta_value FROM .* IN \\($post\\)/s", ...range(1, 9));
        wp_update_post(['ID' => $post, 'post_title' => 'Saved again']);
        remove_all_filters('query');
        clean_post_cache($post);
        $this->become(null);

        self::assertStringContainsString('aloft-signature', $this->shown($post));
    }

    /** Which of two pictures a conversion was made of, its name does not tell. */
    public function testAConversionOfOneOfTwoPicturesShowsNeither(): void
    {
        $png = self::folder() . '/hush-placed.png';
        imagepng(imagecreatetruecolor(60, 40), $png);
        $other = self::sideload($png);
        update_post_meta($other, '_aloft_private', '1');
        $webp = preg_replace('/jpg$/', 'webp', $this->named('URL'));

        foreach (['0', '1'] as $isPrivate) {
            update_post_meta($this->picture, '_aloft_private', $isPrivate);
            $this->become('editor');
            $post = $this->save("<img src='$webp'>");
            self::assertStringContainsString('aloft-signature', $this->shown($post), 'for who may read both');
            $this->become(null);
            foreach ([$this->shown($post), $this->shown($post, "[gallery ids='$other,ID']")] as $text) {
                self::assertStringNotContainsString('aloft-signature', $text, $isPrivate);
            }
            $own = $this->become('author');
            wp_update_post(['ID' => $this->picture, 'post_author' => $own]);
            self::assertStringNotContainsString('aloft-signature', $this->shown($post), 'for who may read one');
        }
    }

    public function testNoQueryHasThousandsOfNames(): void
    {
        $base = dirname($this->named('URL'));
        $urls = array_map(static fn (int $i): string => "$base/other-$i-9x9-8x8-7x7.jpg", range(1, 2000));
        $longest = 0;
        add_filter('query', static function (string $query) use (&$longest): string {
            $longest = max($longest, str_starts_with($query, 'SELECT') ? substr_count($query, ',') : 0);
            return $query;
        });
        $this->become('editor');

        $this->save("[gallery ids='" . implode(',', range(1_000_000, 1_004_999)) . "'] " . implode(' ', $urls));

        self::assertGreaterThan(400, $longest);
        self::assertLessThan(600, $longest);
    }

    /** An author dates his uploads as he likes, and WordPress takes that for the time of the last change. */
    public function testTheTextOfAnotherAttachmentShowsNothing(): void
    {
        self::date($this->picture, '-2 hours');
        $this->become('author');
        $request = new \WP_REST_Request('POST', '/wp/v2/media');
        $request->set_header('Content-Disposition', 'attachment; filename="own.jpg"');
        $request->set_header('Content-Type', 'image/jpeg');
        $request->set_body((string) file_get_contents(self::photo(90, 60)));
        $request->set_param('date_gmt', gmdate('Y-m-d\TH:i:s', (int) strtotime('-1 hour')));
        $request->set_param('description', $this->named('[gallery ids="ID"] <img src="URL">'));
        $own = rest_do_request($request)->get_data()['id'];
        self::assertStringContainsString('gallery', get_post($own)->post_content);

        foreach ([null, 'author'] as $role) {
            $this->become($role);
            self::assertStringNotContainsString('aloft-signature', $this->shown($own));
        }
    }

    /** Plugins for members look for posts when they are asked for capabilities. */
    public function testAFilterOnCapabilitiesMayLookForPosts(): void
    {
        $this->become('subscriber');
        add_filter('user_has_cap', static function (array $all): array {
            get_posts(['post_type' => 'attachment', 'suppress_filters' => false]);
            return $all;
        });

        self::assertSame([], get_posts(['post_type' => 'attachment', 'include' => [$this->picture]]));
        self::assertFalse(wp_get_attachment_url($this->picture));
    }

    public function testTheFeaturedImageIsShownIfAnEditorChoseIt(): void
    {
        foreach (['editor' => true, 'author' => false] as $role => $mayShow) {
            $this->become($role);
            $post = $this->save('text');
            set_post_thumbnail($post, $this->picture);
            wp_update_post(['ID' => $post, 'post_title' => 'Saved again']);
            $this->become(null);

            self::assertSame($mayShow, has_post_thumbnail($post), $role);
            self::assertSame($mayShow, str_contains(get_the_post_thumbnail($post), 'aloft-signature'));
            $answer = rest_do_request(new \WP_REST_Request('GET', "/wp/v2/posts/$post"));
            $embedded = (string) json_encode(rest_get_server()->response_to_data($answer, true));
            self::assertSame($mayShow, str_contains($embedded, 'aloft-signature'), 'as headless sites show it');
            self::assertSame($mayShow, str_contains($embedded, 'hush'));
        }
    }

    public function testOnlyThePostsReadersSeeIt(): void
    {
        $this->become('editor');
        $draft = $this->save('<img src="URL">', 'draft');
        $locked = $this->save('<img src="URL">', 'publish', ['post_password' => 'word']);
        $public = $this->save('text');
        foreach ([null, 'subscriber', 'author'] as $role) {
            $this->become($role);
            foreach ([$draft, $locked] as $post) {
                $GLOBALS['post'] = get_post($post);
                self::assertFalse(wp_get_attachment_url($this->picture));
            }
            self::assertStringNotContainsString('aloft-signature', $this->shown($public, '[gallery ids="ID"]'));
        }
    }

    public function testASyncedPatternShowsWhatAnEditorPutThere(): void
    {
        $this->become('editor');
        $pattern = $this->save('<img src="URL">', 'publish', ['post_type' => 'wp_block']);
        $post = $this->save("<!-- wp:block {\"ref\":$pattern} /-->");
        $this->become(null);

        self::assertStringContainsString('aloft-signature', $this->shown($post));
    }

    public function testAFeedOfThePostShowsIt(): void
    {
        $this->become('editor');
        $this->save('<img src="URL">', 'publish', ['post_title' => 'In the feed']);
        $feed = is_multisite() ? 'aloft-signature' : (string) file_get_contents(home_url('/?feed=rss2'));

        self::assertStringContainsString('aloft-signature', $feed);
    }

    /** Its URL in a request without a post, for a user who has not asked before. */
    private function alone(): string|false
    {
        $this->become('subscriber');
        return wp_get_attachment_url($this->picture);
    }

    private static function date(int $post, string $when): void
    {
        global $wpdb;
        $moment = gmdate('Y-m-d H:i:s', (int) strtotime($when));
        $dates = array_fill_keys(['post_date', 'post_date_gmt', 'post_modified', 'post_modified_gmt'], $moment);
        $wpdb->update($wpdb->posts, $dates, ['ID' => $post]);
        clean_post_cache($post);
    }

    private static function importOfYearsAgo(): int
    {
        $stored = wp_upload_bits('hush-imported.jpg', null, (string) file_get_contents(self::photo()));
        $id = wp_insert_attachment(
            ['post_mime_type' => 'image/jpeg', 'post_title' => 'hush', 'post_date' => '2015-01-01 10:00:00'],
            $stored['file'],
        );
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $stored['file']));
        return $id;
    }
}
