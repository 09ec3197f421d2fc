<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * With pictures made on the fly, what is shown has their URLs, and what may be saved has the uploads' own.
 */
final class SavedPicturesTest extends SiteTestCase
{
    private const PICTURES = 'https://example.org/tachyon';
    private const ON = 'define("TACHYON_URL", "' . self::PICTURES . '");';
    private const REST = self::ON . 'define("REST_REQUEST", true);';

    public function testAnUploadOfTheBlockEditorIsAnsweredWithUploads(): void
    {
        $photo = self::photo(900, 600);
        $answer = self::answer(self::REST, '
            wp_set_current_user(1);
            $_GET = ["_embed" => "wp:featuredmedia", "_locale" => "user"];
            $request = new WP_REST_Request("POST", "/wp/v2/media");
            $request->set_query_params($_GET);
            $request->set_header("Content-Disposition", "attachment; filename=editor.jpg");
            $request->set_header("Content-Type", "image/jpeg");
            $request->set_body(file_get_contents(' . var_export($photo, true) . '));
            $answer = rest_do_request($request)->get_data();
            wp_delete_attachment($answer["id"], true);
        ');

        self::assertNotEmpty($answer['media_details']['sizes']);
        self::assertStringNotContainsString(self::PICTURES, json_encode($answer, JSON_UNESCAPED_SLASHES));
    }

    public function testAnAuthorIsAnsweredWithUploadsAndAVisitorWithPictures(): void
    {
        $id = self::sideload(self::photo(900, 600));
        $script = static fn (int $user): string => "wp_set_current_user($user);"
            . "\$answer = rest_do_request(new WP_REST_Request('GET', '/wp/v2/media/$id'))->get_data();";

        $writer = self::answer(self::REST, $script(1));
        $visitor = self::answer(self::REST, $script(0));

        self::assertStringStartsNotWith(self::PICTURES, $writer['media_details']['sizes']['medium']['source_url']);
        self::assertStringStartsWith(self::PICTURES, $visitor['media_details']['sizes']['medium']['source_url']);
    }

    public function testAClientOfXmlRpcIsAnsweredWithUploads(): void
    {
        $id = self::sideload(self::photo(900, 600));
        $script = "\$answer = wp_get_attachment_image_src($id, 'medium');";

        [$shown] = self::answer(self::ON, $script);
        [$client] = self::answer(self::ON . 'define("XMLRPC_REQUEST", true);', $script);

        self::assertStringStartsWith(self::PICTURES, $shown);
        self::assertStringStartsNotWith(self::PICTURES, $client);
    }

    public function testAFilterThatAsksForAnotherPictureGetsItSigned(): void
    {
        if (!class_exists('WP_HTML_Tag_Processor')) {
            self::assertTrue(version_compare($GLOBALS['wp_version'], '6.2', '<'), 'newer versions change contents');
            return;
        }
        $url = wp_get_attachment_url(self::sideload(self::photo(900, 600)));

        [$inner, $content] = self::answer(self::ON . 'define("ALOFT_SIGNED_PICTURES", true);', "
            add_filter('tachyon_pre_args', function (array \$arguments): array {
                static \$isInner = false;
                if (!\$isInner) {
                    \$isInner = true;
                    \$GLOBALS['inner'] = tachyon_url('$url', ['w' => 7]);
                    \$isInner = false;
                }
                return \$arguments;
            });
            \$content = apply_filters('the_content', '<img src=\"$url\" width=\"90\" height=\"60\">');
            \$answer = [\$GLOBALS['inner'], \$content];
        ");

        self::assertMatchesRegularExpression('/w=7&s=[^&]+$/', $inner);
        self::assertSame(1, preg_match_all('/[&?;]s=/', $content), $content);
    }

    public function testAPostNamesUploadsHoweverAPictureWasPutIntoIt(): void
    {
        $id = self::sideload(self::photo(900, 600));
        $url = wp_get_attachment_url($id);

        $content = self::answer(self::ON, "
            \$image = wp_get_attachment_image($id, 'medium');
            \$post = wp_insert_post(wp_slash(['post_title' => 'P', 'post_content' => \$image]));
            \$answer = [\$image, get_post(\$post)->post_content];
            wp_delete_post(\$post, true);
        ");

        self::assertStringContainsString(self::PICTURES, $content[0]);
        self::assertStringNotContainsString(self::PICTURES, $content[1]);
        self::assertStringContainsString("src=\"$url\"", $content[1]);
    }

    public function testACropAtAPlaceKeepsItInAPost(): void
    {
        if (!class_exists('WP_HTML_Tag_Processor')) {
            self::markTestSkipped('WordPress 6.1 leaves pictures in posts as they are');
        }
        $id = self::sideload(self::photo(900, 600));

        [$stored, $dynamic, $middle] = self::answer(self::ON, "
            add_image_size('card', 200, 200, ['left', 'top']);
            add_image_size('square', 210, 210, true);
            require_once ABSPATH . 'wp-admin/includes/image.php';
            wp_update_image_subsizes($id);
            \$show = static fn (string \$src, string \$class): string => apply_filters(
                'the_content',
                '<img class=\"wp-image-$id ' . \$class . '\" width=\"200\" height=\"200\" src=\"' . \$src . '\"/>',
            );
            \$meta = wp_get_attachment_metadata($id);
            \$url = wp_get_upload_dir()['baseurl'] . '/' . \$meta['file'];
            \$sized = static fn (string \$size): string => dirname(\$url) . '/' . \$meta['sizes'][\$size]['file'];
            \$answer = [
                \$show(\$sized('card'), ''),
                \$show(\$url, 'size-card'),
                \$show(\$sized('square'), 'size-square'),
            ];
        ");

        self::assertMatchesRegularExpression('~src="[^"]*resize=200%2C200(&amp;|&#038;)gravity=northwest"~', $stored);
        self::assertMatchesRegularExpression('~src="[^"]*resize=200%2C200(&amp;|&#038;)gravity=northwest"~', $dynamic);
        self::assertMatchesRegularExpression('~src="[^"]*resize=\d+%2C\d+"~', $middle);
    }

    public function testEverySourceOfACropKeepsItsPosition(): void
    {
        $id = self::sideload(self::photo(900, 600));

        [$attributes, $content] = self::answer(self::ON, "
            add_image_size('card', 200, 200, ['left', 'top']);
            add_image_size('card-2x', 400, 400, ['left', 'top']);
            require_once ABSPATH . 'wp-admin/includes/image.php';
            wp_update_image_subsizes($id);
            \$meta = wp_get_attachment_metadata($id);
            \$card = dirname(wp_get_attachment_url($id)) . '/' . \$meta['sizes']['card']['file'];
            \$image = '<img class=\"wp-image-$id\" width=\"200\" height=\"200\" src=\"' . \$card . '\"/>';
            \$answer = [wp_get_attachment_image($id, 'card'), wp_filter_content_tags(\$image)];
        ");

        foreach ([$attributes, $content] as $image) {
            $srcset = self::srcset($image);
            self::assertArrayHasKey('400w', $srcset, $image);
            foreach ($srcset as $url) {
                self::assertMatchesRegularExpression('~resize=(\d+)%2C\1&gravity=northwest$~', $url);
            }
        }
    }

    /**
     * A library that was copied in has such names; WordPress cleans those of uploads.
     *
     * @dataProvider names
     */
    public function testANameThatIsEncodedInUrlsHasASrcset(string $name): void
    {
        $id = self::attach($name);
        $encoded = rawurlencode($name);

        [$attributes, $content] = self::answer(self::ON, "
            \$folder = dirname(wp_get_attachment_url($id));
            \$file = rawurlencode(wp_get_attachment_metadata($id)['sizes']['medium']['file']);
            \$image = '<img class=\"wp-image-$id\" width=\"300\" height=\"200\" '
                . 'src=\"' . \$folder . '/' . \$file . '\"/>';
            \$answer = [wp_get_attachment_image($id, 'medium'), wp_filter_content_tags(\$image)];
        ");

        foreach ([$attributes, $content] as $image) {
            $srcset = self::srcset($image);
            self::assertSame(['300w', '768w', '900w'], array_keys($srcset), $image);
            foreach ($srcset as $url) {
                self::assertStringStartsWith(self::PICTURES, $url);
                self::assertStringContainsString("/$encoded?", $url);
            }
        }
    }

    /** @return list<array{string}> */
    public static function names(): array
    {
        return [['two words.jpg'], ['Zürich.jpg'], ['a+b.jpg'], ['100% wool.jpg']];
    }

    /** @dataProvider incompleteMetadata */
    public function testAnImageWithoutMetadataIsShownWithoutASrcset(string $metadata): void
    {
        $id = self::attach('no metadata.jpg');

        [$srcset, $image] = self::answer(self::ON, "
            \$metadata = $metadata;
            add_filter('wp_get_attachment_metadata', static fn (): mixed => \$metadata);
            \$answer = [wp_get_attachment_image_srcset($id), wp_get_attachment_image($id, 'full')];
        ");

        self::assertFalse($srcset);
        self::assertMatchesRegularExpression('/no(%20| )metadata\.jpg/', $image, 'encoded in a URL of a picture only');
    }

    /** @return array<string, array{string}> */
    public static function incompleteMetadata(): array
    {
        $whole = "'width' => 900, 'height' => 600, 'file' => 'no metadata.jpg'";
        return [
            'none' => ['false'],
            'no sizes' => ["[$whole, 'sizes' => '']"],
            'broken sizes' => ["[$whole, 'sizes' => ['a' => 'b']]"],
        ];
    }

    public function testASizeThatTheAttachmentDoesNotListIsMadeOfItsOriginal(): void
    {
        if (!class_exists('WP_HTML_Tag_Processor')) {
            self::markTestSkipped('WordPress 6.1 leaves pictures in posts as they are');
        }
        $id = self::sideload(self::photo(900, 600));
        $original = wp_get_attachment_url($id);
        $folder = dirname($original);
        $name = pathinfo($original, PATHINFO_FILENAME);

        [$unlisted, $other] = self::answer(self::ON, "
            \$show = static fn (string \$file): string => apply_filters(
                'the_content',
                '<img class=\"wp-image-$id\" src=\"$folder/' . \$file . '\"/>',
            );
            \$answer = [\$show('$name-640x427.jpg'), \$show('other-640x427.jpg')];
        ");

        self::assertStringContainsString("/$name.jpg?resize=640%2C427\"", $unlisted);
        self::assertStringContainsString('/other-640x427.jpg?resize=640%2C427"', $other, 'another attachment\'s file');
    }

    public function testALinkAroundAPictureLeadsToTheUpload(): void
    {
        $id = self::sideload(self::photo(900, 600));
        $url = wp_get_attachment_url($id);

        [$content] = self::answer(self::ON, "\$answer = [apply_filters(
            'the_content',
            '<a href=\"$url\"><img class=\"wp-image-$id\" width=\"300\" height=\"200\" src=\"$url\"/></a>',
        )];");

        self::assertStringContainsString("<a href=\"$url\">", $content);
    }

    /** An attachment whose file has that very name. */
    private static function attach(string $name): int
    {
        $file = wp_upload_dir()['path'] . "/$name";
        copy(self::photo(900, 600), $file);
        $id = wp_insert_attachment(['post_mime_type' => 'image/jpeg', 'post_title' => 'T'], $file);
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file));
        return $id;
    }

    /** @return array<string, string> URLs by descriptor, in ascending order */
    private static function srcset(string $image): array
    {
        self::assertSame(1, preg_match('~ srcset="([^"]*)"~', $image, $match), $image);
        $sources = [];
        foreach (explode(', ', html_entity_decode($match[1])) as $source) {
            [$url, $descriptor] = explode(' ', $source);
            $sources[$descriptor] = $url;
        }
        ksort($sources, SORT_NATURAL);
        return $sources;
    }

    /** @return array<mixed> what the code assigns to $answer */
    private static function answer(string $before, string $code): array
    {
        [$status, $output] = self::inAnotherProcess([], "$code; echo \"\\n\", wp_json_encode(\$answer);", $before);
        self::assertSame(0, $status, $output);
        return json_decode((string) strrchr($output, "\n"), true) ?? self::fail($output);
    }
}
