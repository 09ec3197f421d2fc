<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\SideBySide;
use Aloft\Library\Import;
use Aloft\Library\LibraryOutcome;
use Aloft\Plugin;

/**
 * Imports beside attachments and uploads that have files of the same name.
 */
final class ImportTest extends SiteTestCase
{
    private const FOLDER = '2015/06';

    public function testALargePictureThatCouldNotBeScaledIsFinishedLater(): void
    {
        $folder = self::folderInS3();
        copy(self::photo(3000, 2000), "$folder/large.jpg");
        add_filter('wp_image_editors', static fn (): array => [UnscalingEditor::class], PHP_INT_MAX);

        [$failed] = self::imported();
        remove_all_filters('wp_image_editors', PHP_INT_MAX);
        [$finished] = self::imported();

        self::assertSame('sizes could not be made: full', $failed->reason);
        self::assertSame(
            [LibraryOutcome::DONE, $failed->attachment],
            [$finished->kind, $finished->attachment],
            $finished->reason,
        );
        self::assertSame('large.jpg', wp_get_attachment_metadata($finished->attachment)['original_image']);
        self::assertSame([], self::imported());
    }

    private static function folderInS3(): string
    {
        return wp_upload_dir()['basedir'] . '/' . self::FOLDER;
    }

    /** @return list<LibraryOutcome> */
    private static function imported(): array
    {
        $oneByOne = new SideBySide(1, static fn (): bool => false);
        $import = new Import(Plugin::ofThisSite()->files, $oneByOne, self::FOLDER . '/');
        return iterator_to_array($import->run(false), false);
    }
}
