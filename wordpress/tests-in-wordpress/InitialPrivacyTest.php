<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\WriteFailed;

/**
 * The files of a private attachment have no moment at which a visitor can read them without a signed URL: each is asked
 * for as soon as it is stored.
 */
final class InitialPrivacyTest extends SiteTestCase
{
    use SeenFiles;

    public function testAnUploadIsSeenAtOnceUnlessItIsPrivate(): void
    {
        $id = self::sideload(self::photo(600, 400, 'open.jpg'));

        $this->assertSeen(200, count(self::filesOf($id)));
        self::assertSame('', get_post_meta($id, '_aloft_private', true));
    }

    public function testANewUploadIsPrivateFromItsFirstByte(): void
    {
        add_filter('aloft_new_upload_is_private', '__return_true');

        $id = self::sideload(self::photo(2600, 1800, 'born.jpg'));

        self::assertSame('1', get_post_meta($id, '_aloft_private', true));
        $this->assertSeen(404, count(self::filesOf($id)));
        self::assertSame(200, self::status(wp_get_attachment_url($id)));
    }

    public function testItCostsNoMoreRequestsThanAPublicOne(): void
    {
        remove_all_actions('s3_uploads_putObject');
        add_filter('aloft_new_upload_is_private', '__return_true');
        $photo = self::photo(1200, 800, 'cheap.jpg');
        $id = 0;

        $requests = self::requestsOf(static function () use ($photo, &$id): void {
            $id = self::sideload($photo);
        });

        self::assertSame(count(self::filesOf($id)) . ' PutObject, 1 ListObjectsV2', $requests);
    }

    public function testAnotherNameThanThePlannedOneIsPrivateToo(): void
    {
        add_filter('aloft_new_upload_is_private', '__return_true');
        add_filter('wp_unique_filename', static function (string $name, string $extension, string $directory): string {
            file_put_contents("$directory/taken.txt", 'by another server, in this moment');
            return $name;
        }, 10, 3);
        $file = dirname(self::photo(10, 10)) . '/taken.txt';
        file_put_contents($file, 'words');

        $id = self::sideload($file);

        self::assertStringEndsWith('/taken-1.txt', get_attached_file($id));
        self::assertSame('1', get_post_meta($id, '_aloft_private', true));
        self::assertSame(404, $this->seen[get_post_meta($id, '_wp_attached_file', true)]);
    }

    public function testWhatIsWrittenOverItsFilesIsPrivate(): void
    {
        $id = self::privatePhoto('over.jpg');
        [$main, $size] = self::filesOf($id);
        $this->seen = [];

        file_put_contents($main, file_get_contents(self::photo(500, 300)));
        copy(self::photo(50, 30), $size);
        $edited = fopen($size, 'r+');
        fwrite($edited, 'x');
        fclose($edited);
        $this->assertSeen(404, 2);
        self::assertSame(404, self::status(strtok(wp_get_attachment_url($id), '?')));

        file_put_contents("$main.new", 'made smaller by a plugin');
        self::assertTrue(rename("$main.new", $main));
        self::assertSame(404, self::status(strtok(wp_get_attachment_url($id), '?')), 'what takes its place, too');
        self::assertSame(200, self::status(wp_get_attachment_url($id)));
    }

    public function testSizesThatAreMadeLaterAreBornPrivate(): void
    {
        $id = self::privatePhoto('later.jpg');
        $this->seen = [];

        add_image_size('later', 111, 74, true);
        wp_update_image_subsizes($id);
        remove_image_size('later');

        $this->assertSeen(404, 1);
    }

    public function testEditedVersionsAreBornPrivate(): void
    {
        require_once ABSPATH . 'wp-admin/includes/image-edit.php';
        $id = self::privatePhoto('turn-private.jpg');
        $this->seen = [];

        foreach (['[{"r":90}]', '[{"r":180}]'] as $history) {
            $_REQUEST = ['history' => $history, 'target' => 'all', 'context' => '', 'do' => 'save'];
            $result = wp_save_image($id);
            $_REQUEST = [];
            self::assertFalse(isset($result->error), $result->error ?? '');
        }

        $this->assertSeen(404, 4);
    }

    public function testAnEditedCopyIsBornPrivate(): void
    {
        $id = self::privatePhoto('copy-private.jpg');
        $this->seen = [];

        $answer = self::rotatedCopy($id);

        self::assertSame(201, $answer->get_status(), wp_json_encode($answer->get_data()));
        $this->assertSeen(404, 3);
        self::assertSame('1', get_post_meta($answer->get_data()['id'], '_aloft_private', true));
    }

    public function testThePicturesOfADocumentAreBornPrivate(): void
    {
        require_once ABSPATH . 'wp-admin/includes/image.php';
        $id = self::sideload(self::document());
        update_post_meta($id, '_aloft_private', '1');
        $this->seen = [];

        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, get_attached_file($id)));

        $this->assertSeen(404, 2);
    }

    public function testAPictureThatIsConvertedOnTheServerIsBornPrivate(): void
    {
        add_filter('aloft_new_upload_is_private', '__return_true');
        add_filter('image_editor_output_format', static fn (): array => ['image/jpeg' => 'image/webp']);

        $small = self::sideload(self::photo(600, 400, 'converted.jpg'));
        $large = self::sideload(self::photo(2600, 1800, 'converted-large.jpg'));
        file_put_contents(get_attached_file($small) . '.avif', 'by an optimizer');

        self::assertStringEndsWith('.webp', get_attached_file($large));
        $this->assertSeen(404, count(self::filesOf($small)) + count(self::filesOf($large)) + 1);
    }

    public function testWhatAFilterCallsPrivateIsMarkedBeforeItsSizesAreMade(): void
    {
        add_filter('s3_uploads_is_attachment_private', '__return_true');

        $id = self::sideload(self::photo(1200, 800, 'filtered.jpg'));

        $main = get_post_meta($id, '_wp_attached_file', true);
        self::assertSame(200, $this->seen[$main], 'no attachment to ask about yet');
        unset($this->seen[$main]);
        $this->assertSeen(404, 3);
        self::assertSame(404, self::status(wp_upload_dir()['baseurl'] . "/$main"));
    }

    public function testWhatAPluginStoresWithinRequestsWithinAnEditIsBornPrivate(): void
    {
        $id = self::privatePhoto('within.jpg');
        self::routeOfAPlugin('ends', static fn (): string => 'done');
        self::routeOfAPlugin('fails', static fn (): never => throw new \DomainException('in a plugin'));
        self::routeOfAPlugin('stores', static fn (): array => wp_upload_bits('copied-out.jpg', null, 'a backup'));
        add_filter('wp_image_editors', static function (array $editors): array {
            foreach (has_filter('test_has_run') ? [] : ['ends', 'stores', 'fails'] as $inner) {
                add_filter('test_has_run', '__return_true');
                try {
                    rest_do_request(new \WP_REST_Request('GET', "/aloft-test/v1/$inner"));
                } catch (\DomainException) {
                    wp_upload_bits('copied-after-it.jpg', null, 'another backup');
                }
            }
            return $editors;
        });
        $this->seen = [];

        $answer = self::rotatedCopy($id);

        self::assertSame(201, $answer->get_status(), wp_json_encode($answer->get_data()));
        $this->assertSeen(404, 5);
        self::assertSame(2, count(preg_grep('/copied-/', array_keys($this->seen))));

        $this->seen = [];
        self::sideload(self::photo(60, 40, 'afterwards.jpg'));
        $this->assertSeen(200, 1);
    }

    public function testAnUploadWhileADocumentIsPreviewedIsDecided(): void
    {
        $file = self::document();
        $public = self::sideload($file);
        add_filter('aloft_new_upload_is_private', '__return_true');
        add_filter('wp_image_editors', static function (array $editors) use ($public): array {
            remove_all_filters('wp_image_editors');
            $name = basename(get_attached_file($public), '.pdf') . '-pdf.jpg';
            self::assertFalse(wp_upload_bits($name, null, 'stored by a plugin')['error']);
            return $editors;
        });
        $this->seen = [];

        wp_generate_attachment_metadata($public, get_attached_file($public));

        $stored = preg_grep('/-pdf-1\.jpg$/', array_keys($this->seen));
        self::assertSame([404], array_values(array_intersect_key($this->seen, array_flip($stored))));
    }

    public function testAnUploadAfterAnAnswerAboutADocumentIsDecided(): void
    {
        add_filter('aloft_new_upload_is_private', '__return_true');
        apply_filters('fallback_intermediate_image_sizes', ['large'], []); // as the REST API does

        self::sideload(self::photo(60, 40, 'after-a-document.jpg'));

        $this->assertSeen(404, 1);
    }

    public function testWhatTheDatabaseDoesNotTellIsNotWrittenPublicly(): void
    {
        $id = self::privatePhoto('unasked.jpg');
        $size = self::filesOf($id)[1];
        $this->seen = [];

        $name = basename(get_attached_file($id), '.jpg') . '.webp';
        wp_cache_delete($id, 'post_meta');
        self::failingQueries('/ meta_value IN | post_id IN /', 1);
        self::assertFalse(wp_upload_bits($name, null, 'by an optimizer')['error']);
        $this->assertSeen(404, 1);

        wp_cache_delete($id, 'post_meta');
        self::failingQueries('/ post_id IN /', 1);
        try {
            file_put_contents($size, 'x');
            self::fail('written');
        } catch (WriteFailed $failure) {
            self::assertStringContainsString('unknown whether the file is private', $failure->getMessage());
        }
        self::assertSame(1, file_put_contents($size, 'y'), 'after the failure');
        $this->assertSeen(404, 2);
    }

    private static function rotatedCopy(int $id): \WP_REST_Response
    {
        $request = new \WP_REST_Request('POST', "/wp/v2/media/$id/edit");
        $request->set_body_params([
            'src' => wp_get_attachment_url($id),
            'modifiers' => [['type' => 'rotate', 'args' => ['angle' => 90]]],
        ]);
        return rest_do_request($request);
    }
}
