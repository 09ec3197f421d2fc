<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Pages cause no request to S3, however many pictures they show.
 */
final class RequestsTest extends SiteTestCase
{
    public function testAGridOfFortyAttachmentsAsksS3Nothing(): void
    {
        for ($number = 1; $number <= 40; $number++) {
            self::sideload(self::photo(400, 300, "grid-$number.jpg"));
        }
        wp_cache_flush();
        $shown = [];

        $requests = self::requestsOf(static function () use (&$shown): void {
            $query = new \WP_Query(['post_type' => 'attachment', 'post_status' => 'inherit', 'posts_per_page' => 40]);
            $shown = array_map(wp_prepare_attachment_for_js(...), $query->posts);
        });

        self::assertCount(40, $shown);
        self::assertGreaterThan(0, $shown[0]['filesizeInBytes']);
        self::assertSame('no requests', $requests);
    }

    public function testAPageWithTwentyPicturesAsksS3Nothing(): void
    {
        $content = '';
        for ($number = 1; $number <= 20; $number++) {
            $id = self::sideload(self::photo(900, 600, "page-$number.jpg"));
            $content .= wp_get_attachment_image($id, 'large', false, ['class' => "wp-image-$id"]);
        }
        $post = wp_insert_post(['post_title' => 'Twenty', 'post_content' => $content, 'post_status' => 'publish']);
        $page = '';

        $requests = self::requestsOf(static function () use ($post, &$page): void {
            $page = (string) file_get_contents(get_permalink($post)) . file_get_contents(home_url('/'));
        });
        wp_delete_post($post, true);

        self::assertGreaterThanOrEqual(20, substr_count($page, '/page-'));
        self::assertStringContainsString('srcset', $page);
        self::assertSame('no requests', $requests);
    }

    public function testAMissingFileIsAskedForOnceInARequest(): void
    {
        $missing = wp_upload_dir()['path'] . '/missing-' . bin2hex(random_bytes(6)) . '.jpg';

        $requests = self::requestsOf(static function () use ($missing): void {
            for ($time = 0; $time < 100; $time++) {
                self::assertFileDoesNotExist($missing);
            }
        });

        self::assertMatchesRegularExpression('/^(1 HeadObject, 1 ListObjectsV2|1 \w+)$/', $requests);
    }

    /** The main file, six sizes, the original: one look finds them, one request removes them. */
    public function testADeletionIsAtMostThreeRequests(): void
    {
        $id = self::sideload(self::photo(3000, 2000));

        $requests = self::requestsOf(static fn () => wp_delete_attachment($id, true));

        preg_match_all('/\b(\d+) [A-Z]/', $requests, $counts);
        self::assertStringContainsString('1 DeleteObjects', $requests);
        self::assertLessThanOrEqual(3, array_sum(array_map(intval(...), $counts[1])), $requests);
        self::assertSame([], $this->newFiles());
    }

    public function testEditedVersionsAndTheOriginalGoWithTheirPicture(): void
    {
        $id = self::sideload(self::photo(3000, 2000, 'much.jpg'));
        $_REQUEST = ['history' => '[{"r":90}]', 'target' => 'all', 'context' => '', 'do' => 'save'];
        require_once ABSPATH . 'wp-admin/includes/image-edit.php';
        wp_save_image($id);
        $_REQUEST = [];
        self::assertGreaterThan(count(self::filesOf($id)), count($this->newFiles()), 'old versions are kept aside');

        wp_delete_attachment($id, true);

        self::assertSame([], $this->newFiles());
    }
}
