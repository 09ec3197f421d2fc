<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\SideBySide;
use Aloft\Library\LibraryOutcome;
use Aloft\Library\Regeneration;
use Aloft\Plugin;

/**
 * Sizes that WordPress cannot make again, without an error: the former ones stay, and the attachment is reported.
 */
final class RegenerationTest extends SiteTestCase
{
    public function testWithoutAnImageEditorNothingIsChanged(): void
    {
        $id = self::sideload(self::photo(3000, 2000, 'large.jpg'));
        $files = self::filesOf($id);
        $meta = wp_get_attachment_metadata($id);
        add_filter('wp_image_editors', '__return_empty_array', PHP_INT_MAX);

        $outcome = self::regenerated($id);

        self::assertSame(
            [LibraryOutcome::FAILED, 'no image editor reads image/jpeg'],
            [$outcome->kind, $outcome->reason],
        );
        self::assertSame($meta, wp_get_attachment_metadata($id));
        self::assertAllExist($files);
        unlink($files[1]);
        self::assertSame(LibraryOutcome::FAILED, self::regenerated($id, isOnlyMissing: true)->kind);
        self::assertSame($meta, wp_get_attachment_metadata($id));
    }

    public function testAPictureThatIsNoneKeepsItsMetadata(): void
    {
        $id = self::sideload(self::photo(500, 400));
        $meta = wp_get_attachment_metadata($id);
        file_put_contents(get_attached_file($id), 'no picture');

        $outcome = self::regenerated($id);

        self::assertSame(
            [LibraryOutcome::FAILED, 'no metadata could be made of it'],
            [$outcome->kind, $outcome->reason],
        );
        self::assertSame($meta, wp_get_attachment_metadata($id));
    }

    public function testThePreviewsOfADocumentStay(): void
    {
        $id = self::sideload(self::document());
        $files = self::filesOf($id);
        $meta = wp_get_attachment_metadata($id);
        self::assertArrayHasKey('full', $meta['sizes']);
        add_filter('wp_image_editors', '__return_empty_array', PHP_INT_MAX);

        $outcome = self::regenerated($id);

        self::assertSame(
            [LibraryOutcome::FAILED, 'no preview could be made of the document'],
            [$outcome->kind, $outcome->reason],
        );
        self::assertSame($meta, wp_get_attachment_metadata($id));
        self::assertAllExist($files);
    }

    public function testASizeOfADocumentThatCouldNotBeMadeStays(): void
    {
        $id = self::sideload(self::document());
        $sizes = wp_get_attachment_metadata($id)['sizes'];
        $choices = 0;
        $firstOnly = static function (array $editors) use (&$choices): array {
            return $choices++ === 0 ? $editors : []; // the first is for the document itself
        };
        add_filter('wp_image_editors', $firstOnly, PHP_INT_MAX);

        $outcome = self::regenerated($id);

        unset($sizes['full']);
        $names = array_keys($sizes);
        self::assertSame(LibraryOutcome::FAILED, $outcome->kind);
        foreach ($names as $name) {
            self::assertStringContainsString($name, $outcome->reason);
            self::assertSame($sizes[$name], wp_get_attachment_metadata($id)['sizes'][$name]);
        }
        self::assertNotSame([], $names);
        self::assertAllExist(self::filesOf($id));
        remove_filter('wp_image_editors', $firstOnly, PHP_INT_MAX);
        self::assertSame(LibraryOutcome::DONE, self::regenerated($id)->kind);
        self::assertAllExist(self::filesOf($id));
    }

    public function testThePictureThatReplacesALargeOriginalStays(): void
    {
        $id = self::sideload(self::photo(3000, 2000, 'large.jpg'));
        $scaled = get_attached_file($id);
        $meta = wp_get_attachment_metadata($id);
        add_filter('wp_image_editors', static fn (): array => [UnscalingEditor::class], PHP_INT_MAX);

        $outcome = self::regenerated($id);

        self::assertSame(
            [LibraryOutcome::FAILED, 'sizes could not be made: full'],
            [$outcome->kind, $outcome->reason],
        );
        self::assertSame($scaled, get_attached_file($id));
        self::assertSame(['sizes' => []] + $meta, ['sizes' => []] + wp_get_attachment_metadata($id));
        self::assertAllExist(self::filesOf($id));
    }

    public function testThePictureStaysWhenTheSiteScalesNoneAnyMore(): void
    {
        $id = self::sideload(self::photo(3000, 2000, 'large.jpg'));
        $files = self::filesOf($id);
        $meta = wp_get_attachment_metadata($id);
        add_filter('big_image_size_threshold', '__return_false');

        $outcome = self::regenerated($id);

        self::assertSame(LibraryOutcome::DONE, $outcome->kind, $outcome->reason);
        self::assertEquals($meta, wp_get_attachment_metadata($id));
        self::assertAllExist($files);
    }

    public function testASizeOfAnotherNameIsNotMissing(): void
    {
        $id = self::sideload(self::photo(500, 400, 'photo.jpg'));
        $meta = wp_get_attachment_metadata($id);
        $folder = dirname(get_attached_file($id));
        rename("$folder/{$meta['sizes']['medium']['file']}", "$folder/renamed-medium.jpg");
        $meta['sizes']['medium']['file'] = 'renamed-medium.jpg';
        wp_update_attachment_metadata($id, $meta);

        self::assertSame(LibraryOutcome::UNCHANGED, self::regenerated($id, isOnlyMissing: true)->kind);
        self::assertSame($meta, wp_get_attachment_metadata($id));
        unlink("$folder/renamed-medium.jpg");
        self::assertSame(LibraryOutcome::DONE, self::regenerated($id, isOnlyMissing: true)->kind);
        self::assertAllExist(self::filesOf($id));
    }

    public function testWhatTheDatabaseDoesNotTellIsNotDeleted(): void
    {
        $id = self::sideload(self::photo(500, 400, 'asked.jpg'));
        $files = self::filesOf($id);
        $GLOBALS['wpdb']->suppress_errors();
        $isDown = false;
        add_action('updated_post_meta', static function () use (&$isDown): void {
            $isDown = true;
        });
        add_filter('query', static function (string $query) use (&$isDown): string {
            return $isDown && str_contains($query, ' post_id IN ') ? 'SELECT nothing FROM nowhere' : $query;
        });

        $outcome = self::regenerated($id);

        self::assertAllExist($files);
        self::assertSame(LibraryOutcome::FAILED, $outcome->kind);
    }

    private static function regenerated(int $id, bool $isOnlyMissing = false): LibraryOutcome
    {
        $work = new Regeneration(
            Plugin::ofThisSite()->files,
            new SideBySide(1, static fn (): bool => false),
            [],
            $isOnlyMissing,
        );
        return iterator_to_array($work->run([$id]), false)[0];
    }
}
