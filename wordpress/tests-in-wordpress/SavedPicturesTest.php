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

    public function testSomebodyWhoWritesPostsIsAnsweredWithUploadsAndAVisitorWithPictures(): void
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

    public function testAPostNamesUploadsWhoeverPutAPictureIntoIt(): void
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

    /** @return array<mixed> what the code assigns to $answer */
    private static function answer(string $before, string $code): array
    {
        [$status, $output] = self::inAnotherProcess([], "$code; echo \"\\n\", wp_json_encode(\$answer);", $before);
        self::assertSame(0, $status, $output);
        return json_decode((string) strrchr($output, "\n"), true) ?? self::fail($output);
    }
}
