<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\Agent;
use Aloft\Files\Files;
use Aloft\Plugin;
use Aloft\PrivateMedia\PrivateFlag;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\PrivateMedia\SignedUrls;
use Aloft\Uploads\Hooks;

/**
 * A private attachment: wherever WordPress shows it, its URLs are signed; where it is saved, they are not; and
 * visitors get its files with a signed URL only.
 */
final class PrivateMediaTest extends SiteTestCase
{
    private const SIGNED = '~\?aloft-expires=\d{10}&(?:amp;|#038;)?aloft-signature=[\w-]{43}$~';

    public function testItsAddressesAreSigned(): void
    {
        $id = self::privatePhoto();

        self::assertMatchesRegularExpression(self::SIGNED, wp_get_attachment_url($id));
        self::assertMatchesRegularExpression(self::SIGNED, wp_get_attachment_image_url($id, 'medium'));
        self::assertSame(wp_get_attachment_url($id), wp_get_attachment_url($id), 'the same, so that browsers keep it');
        preg_match_all('~\S+(?= \d+w)~', wp_get_attachment_image_srcset($id, 'medium'), $sources);
        self::assertGreaterThan(1, count($sources[0]));
        foreach ($sources[0] as $source) {
            self::assertMatchesRegularExpression(self::SIGNED, $source);
        }
    }

    public function testTheGridAndTheRestApiShowSignedAddresses(): void
    {
        $id = self::privatePhoto();

        $js = wp_prepare_attachment_for_js($id);
        $rest = rest_do_request(new \WP_REST_Request('GET', "/wp/v2/media/$id"))->get_data();

        self::assertMatchesRegularExpression(self::SIGNED, $js['url']);
        foreach ($js['sizes'] as $size) {
            self::assertMatchesRegularExpression(self::SIGNED, $size['url']);
        }
        self::assertMatchesRegularExpression(self::SIGNED, $rest['source_url']);
        self::assertNotEmpty($rest['media_details']['sizes']);
        foreach ($rest['media_details']['sizes'] as $size) {
            self::assertMatchesRegularExpression(self::SIGNED, $size['source_url']);
        }
    }

    public function testAPostShowsItSignedAndKeepsItUnsigned(): void
    {
        $private = self::privatePhoto();
        $public = self::sideload(self::photo(1200, 800, 'open.jpg'));
        $document = self::sideload(self::textFile(), 'secret.txt');
        update_post_meta($document, '_aloft_private', '1');
        $image = wp_get_attachment_image_src($private, 'large')[0];
        $content = "<!-- wp:image {\"id\":$private,\"url\":\"" . str_replace('&', '\u0026', $image) . "\"} -->"
            . "<img src=\"" . esc_url($image) . "\" class=\"wp-image-$private\" width=\"1024\" height=\"683\">"
            . "<!-- /wp:image --><p>Really? <a href='" . wp_get_attachment_url($document) . "'>it</a></p>"
            . '<img src="' . wp_get_attachment_url($public) . "\" class=\"wp-image-$public\">";

        $post = wp_insert_post(['post_title' => 't', 'post_content' => wp_slash($content), 'post_status' => 'publish']);
        $saved = get_post($post)->post_content;
        $GLOBALS['post'] = get_post($post);
        $shown = apply_filters('the_content', $saved);
        wp_delete_post($post, true);

        self::assertStringNotContainsString('aloft-', $saved);
        self::assertStringContainsString('Really? <a', $saved);
        self::assertStringContainsString(strtok($image, '?') . '"', $saved);
        preg_match_all('~https?://[^\s"\']+\.(?:jpg|txt)[^\s"\']*~', $shown, $urls);
        foreach ($urls[0] as $url) {
            str_contains($url, '/open')
                ? self::assertStringNotContainsString('aloft-', $url)
                : self::assertMatchesRegularExpression(self::SIGNED, $url);
        }
        self::assertStringContainsString('srcset', $shown);
        self::assertStringContainsString('/secret.txt?aloft-expires', $shown);
    }

    public function testOneExchangeSignsMany(): void
    {
        $id = self::privatePhoto();
        self::assertSame('no requests', self::requestsOf(static fn () => wp_get_attachment_image_srcset($id, 'large')));
    }

    public function testFiltersOfS3UploadsAreHeard(): void
    {
        $id = self::sideload(self::photo());
        self::assertStringNotContainsString('aloft-', wp_get_attachment_url($id));
        add_filter('s3_uploads_is_attachment_private', static fn (bool $is, int $which): bool => $which === $id, 10, 2);
        add_filter('s3_uploads_private_attachment_url_expiry', static fn (): string => '+10 minutes');
        add_filter('s3_uploads_presigned_url', static fn (string $url): string => "$url&seen=1");

        $url = wp_get_attachment_url($id);

        self::assertStringEndsWith('&seen=1', $url);
        preg_match('/aloft-expires=(\d+)/', $url, $match);
        self::assertEqualsWithDelta(time() + 650, (int) $match[1], 60);
    }

    public function testVisitorsNeedASignedAddress(): void
    {
        $id = self::sideload(self::photo(600, 400, 'hidden.jpg'));
        $plain = wp_get_attachment_url($id);
        self::assertSame(200, self::status($plain));

        update_post_meta($id, '_aloft_private', '1');

        $signed = wp_get_attachment_url($id);
        self::assertSame(404, self::status($plain));
        self::assertSame(200, self::status($signed));
        self::assertSame(404, self::status(str_replace('hidden', 'hidden-300x200', $signed)));
        self::assertSame(200, self::status(wp_get_attachment_image_url($id, 'medium')));

        delete_post_meta($id, '_aloft_private');
        self::assertSame(200, self::status($plain));
    }

    public function testSizesThatAreMadeLaterArePrivateToo(): void
    {
        $id = self::privatePhoto('late-private.jpg');
        add_image_size('later', 111, 74, true);
        wp_update_image_subsizes($id);
        remove_image_size('later');
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, get_attached_file($id)));

        foreach (self::filesOf($id) as $file) {
            $url = wp_upload_dir()['url'] . '/' . basename($file);
            self::assertSame(404, self::status($url), $url);
        }
    }

    /** Attachments of wp_insert_attachment() alone: without metadata, and sometimes without a file. */
    public function testAnAttachmentWithoutMetadataIsListed(): void
    {
        $plain = wp_insert_attachment(['post_title' => 'plain', 'post_mime_type' => 'application/msword']);
        $file = wp_upload_bits('old.doc', null, 'old')['file'];
        $old = wp_insert_attachment(['post_title' => 'old', 'post_mime_type' => 'application/msword'], $file);
        $odd = wp_insert_attachment(['post_title' => 'odd', 'post_mime_type' => 'image/jpeg'], 'old.jpg');
        update_post_meta($odd, '_wp_attachment_metadata', ['file' => 'old.jpg']);
        update_post_meta($old, '_aloft_private', '1');

        foreach ([1, 0] as $user) {
            wp_set_current_user($user);
            $answer = rest_do_request(new \WP_REST_Request('GET', '/wp/v2/media'));
            self::assertSame(200, $answer->get_status());
            $found = array_column($answer->get_data(), 'id');
            self::assertSame($user === 0 ? [] : [$old], array_values(array_intersect($found, [$old])));
            self::assertContains($plain, $found);
            self::assertContains($odd, $found);
            foreach ([$plain, $odd, $old] as $id) {
                self::assertIsString((string) json_encode(wp_prepare_attachment_for_js($id)));
                self::assertIsString(wp_get_attachment_image($id, 'large'));
            }
        }
    }

    public function testTheFlagIsInTheRestApi(): void
    {
        $id = self::sideload(self::photo());
        $request = new \WP_REST_Request('POST', "/wp/v2/media/$id");
        $request->set_body_params(['meta' => ['_aloft_private' => true]]);

        $answer = rest_do_request($request);

        self::assertSame(200, $answer->get_status());
        self::assertTrue($answer->get_data()['meta']['_aloft_private']);
        self::assertStringContainsString('aloft-', wp_get_attachment_url($id));
    }

    public function testTheCheckboxSaysWhatASiteWithoutASecretLacks(): void
    {
        $attachment = get_post(self::sideload(self::photo()));
        self::assertStringContainsString('expire', self::helpBy(true, $attachment));
        self::assertStringContainsString('url_secret', self::helpBy(false, $attachment));
    }

    /** Text beside the checkbox, for an agent that can sign or cannot. */
    private static function helpBy(bool $canSign, \WP_Post $attachment): string
    {
        $socket = sys_get_temp_dir() . '/aloft-' . bin2hex(random_bytes(6)) . '.sock';
        $body = json_encode(['signs' => $canSign]);
        $answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . strlen($body)
            . "\r\n\r\n$body";
        $code = '$s = stream_socket_server("unix://$argv[1]"); echo "ready\n"; $c = stream_socket_accept($s, 20);'
            . 'while (trim((string) fgets($c)) !== ""); fwrite($c, $argv[2]); fgets($c);';
        $agent = proc_open([PHP_BINARY, '-r', $code, $socket, $answer], [1 => ['pipe', 'w']], $pipes);
        self::assertSame("ready\n", fgets($pipes[1]));
        $hooks = new Hooks();
        (new PrivateFlag(new Files(new Agent($socket))))->register($hooks);
        try {
            return apply_filters('attachment_fields_to_edit', [], $attachment)['aloft_private']['helps'];
        } finally {
            $hooks->takeOut();
            proc_terminate($agent);
            proc_close($agent);
            unlink($socket);
        }
    }

    /** @dataProvider texts */
    public function testSignaturesAreTakenOutOfTexts(string $bare, string $text): void
    {
        self::assertSame($bare, SignedUrls::without($text));
    }

    /** @return list<array{string, string}> */
    public static function texts(): array
    {
        $signature = str_repeat('a', 43);
        return [
            ['no? yes & no', 'no? yes & no'],
            ['"//h/a.jpg"', "\"//h/a.jpg?aloft-expires=1&amp;aloft-signature=$signature\""],
            ['//h/a.jpg 3w, //h/b.jpg 4w', "//h/a.jpg?aloft-expires=1&aloft-signature=$signature 3w, //h/b.jpg 4w"],
            ['//h/a.jpg?ver=2', "//h/a.jpg?ver=2&#038;aloft-expires=1&#038;aloft-signature=$signature"],
            ['//h/a.jpg?ver=2#x', "//h/a.jpg?ver=2&aloft-expires=1&aloft-signature=$signature#x"],
            ['//h/a.jpg?ver=2&b=3', "//h/a.jpg?aloft-expires=1&aloft-signature=$signature&ver=2&b=3"],
            ['\"//h/a.jpg\"', "\\\"//h/a.jpg?aloft-expires=1\\\\u0026aloft-signature=$signature\\\""],
            ['{"url":"//h/a.jpg"}', "{\"url\":\"//h/a.jpg?aloft-expires=1\\u0026aloft-signature=$signature\"}"],
        ];
    }

    public function testAFailureIsReportedThoughAPluginMarksAnotherAttachmentMeanwhile(): void
    {
        [$id, $copy] = [self::sideload(self::textFile()), self::sideload(self::textFile())];
        $elsewhere = static fn (array $files, int $of): array => $of === $id ? ['s3://elsewhere/a.txt'] : $files;
        add_filter('s3_uploads_get_attachment_files', $elsewhere, 10, 2);
        add_action('added_post_meta', static function (int $meta, int $of, string $key) use ($id, $copy): void {
            if ($of === $id && $key === PrivateMedia::FLAG) {
                update_post_meta($copy, PrivateMedia::FLAG, '1');
            }
        }, 20, 3);

        $errors = @Plugin::ofThisSite()->privateMedia->set($id, true);

        self::assertCount(1, $errors);
        self::assertSame(404, self::status(strtok((string) wp_get_attachment_url($copy), '?')));
    }

    public function testWhatTheDatabaseDoesNotTellIsPrivateAndAFailure(): void
    {
        $id = self::sideload(self::textFile());
        $media = Plugin::ofThisSite()->privateMedia;
        wp_cache_delete($id, 'post_meta');
        self::failingQueries('/ post_id IN /', 1);
        self::assertTrue($media->isPrivate($id));
        self::assertFalse($media->isPrivate($id));

        wp_cache_delete($id, 'post_meta');
        self::failingQueries('/ post_id IN /', 2);
        self::assertCount(1, $media->markFiles($id, true), 'after the time, the files cannot be read');
        self::assertSame([], $media->markFiles($id, true));
        self::assertSame(404, self::status(wp_get_attachment_url($id)));
    }

    public function testAQueryWithoutFiltersNamesNoClosedAttachment(): void
    {
        $id = self::privatePhoto();
        $open = self::sideload(self::textFile());
        wp_set_current_user(0);
        $all = ['post_type' => 'attachment', 'fields' => 'ids', 'numberposts' => -1, 'cache_results' => false];
        $key = '_wp_attached_file';
        $isEither = ['relation' => 'OR', ['key' => $key, 'compare' => 'EXISTS'], ['key' => 'none', 'value' => 'x']];
        $none = ['meta_query' => [['key' => $key, 'compare' => 'NOT EXISTS']]];

        foreach ([[], ['meta_key' => $key, 'orderby' => 'meta_value'], ['meta_query' => $isEither]] as $more) {
            self::assertSame([$open], get_posts($more + $all), wp_json_encode($more));
            self::assertStringContainsString(' EXISTS (', $GLOBALS['wpdb']->last_query);
            self::assertStringNotContainsString((string) $id, $GLOBALS['wpdb']->last_query);
        }
        self::assertSame([], get_posts($none + $all));
    }

    public function testAQueryWithoutFiltersFindsNothingIfTheDatabaseDoesNotTellWhatIsClosed(): void
    {
        $id = self::privatePhoto();
        self::sideload(self::textFile());
        wp_set_current_user(0);
        $all = ['post_type' => 'attachment', 'post_status' => 'inherit', 'fields' => 'ids', 'cache_results' => false];
        self::assertNotSame([], get_posts($all));

        foreach ([[], ['post__in' => [$id]], ['p' => $id], ['post_parent' => 0]] as $more) {
            self::failingQueries('/ EXISTS \(/', 1);
            self::assertSame([], get_posts($more + $all), wp_json_encode($more));
        }
    }

    private static function privatePhoto(string $name = 'private.jpg'): int
    {
        $id = self::sideload(self::photo(1200, 800, $name));
        update_post_meta($id, '_aloft_private', '1');
        return $id;
    }

    private static function textFile(): string
    {
        $file = dirname(self::photo(10, 10)) . '/secret.txt';
        file_put_contents($file, 'secret');
        return $file;
    }
}
