<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\SideBySide;
use Aloft\Library\Attachments;
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
        $unscaling = static fn (): array => [UnscalingEditor::class];
        add_filter('wp_image_editors', $unscaling, PHP_INT_MAX);

        [$failed] = self::imported();
        remove_filter('wp_image_editors', $unscaling, PHP_INT_MAX);
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

    public function testAFileThatIsBeingUploadedIsLeftForLater(): void
    {
        copy(self::photo(300, 200), self::folderInS3() . '/new.jpg');

        self::assertSame([], self::imported(minAge: 300));
        self::assertSame([LibraryOutcome::DONE], array_column(self::imported(), 'kind'));
    }

    /** @dataProvider namesOfOneFamily */
    public function testThePicturesOfAnAttachmentAreNotOverwritten(string $attached, string $orphan): void
    {
        $folder = self::folderInS3();
        copy(self::photo(900, 600), "$folder/$attached");
        [$first] = self::imported();
        $files = self::filesOf($first->attachment);
        $before = array_map(md5_file(...), $files);
        copy(self::photo(900, 900), "$folder/$orphan");

        [$second] = self::imported();

        self::assertSame(LibraryOutcome::REFUSED, $second->kind);
        self::assertStringContainsString('could overwrite files of an attachment', $second->reason);
        clearstatcache();
        self::assertSame($before, array_map(md5_file(...), $files));
    }

    /** @return array<string, array{string, string}> */
    public static function namesOfOneFamily(): array
    {
        return [
            'an extension in capitals' => ['beach.jpg', 'beach.JPG'],
            'a format that becomes the same' => ['beach.jpg', 'beach.heic'],
        ];
    }

    public function testOfTwoFilesWithTheSameSizesOneIsImported(): void
    {
        copy(self::photo(900, 600), self::folderInS3() . '/dune.JPG');
        copy(self::photo(900, 600), self::folderInS3() . '/dune.jpg');
        copy(self::png(), self::folderInS3() . '/dune.png');

        $kinds = array_column(self::imported(), 'kind', 'file');

        self::assertSame([
            self::FOLDER . '/dune.JPG' => LibraryOutcome::DONE,
            self::FOLDER . '/dune.jpg' => LibraryOutcome::REFUSED,
            self::FOLDER . '/dune.png' => LibraryOutcome::DONE,
        ], $kinds);
    }

    /** @dataProvider queries */
    public function testNoFileGetsASecondAttachmentBecauseTheDatabaseDidNotTellOfTheFirst(string $query): void
    {
        copy(self::photo(300, 200), self::folderInS3() . '/first.jpg');
        [$first] = self::imported();
        copy(self::photo(300, 200), self::folderInS3() . '/second.jpg');
        self::failingQueries($query, 1);

        try {
            self::imported();
            self::fail('imported');
        } catch (\RuntimeException $failure) {
            self::assertStringContainsString('the database cannot be read', $failure->getMessage());
        }

        self::assertSame([LibraryOutcome::DONE], array_column(self::imported(), 'kind'));
        self::assertSame([$first->attachment], Attachments::ofFile(self::FOLDER . '/first.jpg'));
    }

    /** @return array<string, array{string}> */
    public static function queries(): array
    {
        return [
            'all attachments' => ['/ post_mime_type LIKE /'],
            'their metadata' => ['/_postmeta WHERE post_id IN /'],
            'the attachment of a file' => ["/'_wp_attached_file' AND meta_value = /"],
        ];
    }

    private static function png(): string
    {
        $file = self::folder() . '/dune.png';
        imagepng(imagecreatetruecolor(400, 300), $file);
        return $file;
    }

    private static function folderInS3(): string
    {
        return wp_upload_dir()['basedir'] . '/' . self::FOLDER;
    }

    /** @return list<LibraryOutcome> */
    private static function imported(int $minAge = 0): array
    {
        $oneByOne = new SideBySide(1, static fn (): bool => false);
        $import = new Import(Plugin::ofThisSite()->files, $oneByOne, self::FOLDER . '/', $minAge);
        return iterator_to_array($import->run(false), false);
    }
}
