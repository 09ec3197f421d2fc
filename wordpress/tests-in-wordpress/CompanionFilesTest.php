<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Agent\SideBySide;
use Aloft\Library\Check;
use Aloft\Library\LibraryFinding;
use Aloft\Library\LibraryOutcome;
use Aloft\Library\Regeneration;
use Aloft\Plugin;
use Aloft\PrivateMedia\PrivateMedia;

/**
 * Files that a browser has converted and WordPress 7.1 stores beside an attachment: they belong to it like its sizes.
 */
final class CompanionFilesTest extends SiteTestCase
{
    private const NAMES = [
        'source_image' => 'holiday.heic',
        'animated_video' => 'holiday-1.mp4',
        'animated_video_poster' => 'holiday-poster.jpg',
    ];

    public function testTheyArePrivateWithTheAttachment(): void
    {
        $id = self::attachment();
        $urls = array_map(
            static fn (string $name): string => dirname(wp_get_attachment_url($id)) . "/$name",
            array_values(self::NAMES),
        );
        self::assertSame([200, 200, 200], array_map(self::status(...), $urls));

        update_post_meta($id, PrivateMedia::FLAG, '1');

        self::assertSame([404, 404, 404], array_map(self::status(...), $urls));
    }

    public function testTheyAreNoOrphansAndAreMissedByName(): void
    {
        $id = self::attachment();
        self::assertSame([], self::findings());
        $folder = dirname(get_attached_file($id));

        array_map(static fn (string $name) => unlink("$folder/$name"), self::NAMES);

        $found = self::findings();
        $files = array_map(static fn (LibraryFinding $one): string => basename($one->file), $found);
        self::assertEquals(self::NAMES, array_combine(array_column($found, 'detail'), $files));
        self::assertSame([LibraryFinding::MISSING], array_values(array_unique(array_column($found, 'kind'))));
    }

    public function testTheyStayWhenSizesAreMadeAgain(): void
    {
        $id = self::attachment();
        $expected = wp_get_attachment_metadata($id);
        $work = new Regeneration(Plugin::ofThisSite()->files, self::oneByOne(), [], false);

        [$outcome] = iterator_to_array($work->run([$id]), false);

        self::assertSame(LibraryOutcome::DONE, $outcome->kind);
        self::assertEquals($expected, wp_get_attachment_metadata($id));
    }

    public function testASizeOfABrowserCostsOneWrite(): void
    {
        if (!self::browserAddsFiles()) {
            return;
        }
        $id = self::sideload(self::photo(1200, 800, 'browser.jpg'));
        $file = dirname(get_attached_file($id)) . '/browser-300x200.jpg';
        unlink($file);
        $names = [];
        $add = static function () use ($id, &$names): void {
            $names[] = basename(self::restUpload(
                "/wp/v2/media/$id/sideload",
                self::photo(300, 200),
                'browser-300x200.jpg',
                ['image_size' => 'medium', 'convert_format' => false],
            )['file']);
        };

        $requests = self::requestsOf($add);
        $add();
        $add();

        self::assertSame('1 PutObject', $requests);
        self::assertSame(['browser-300x200.jpg', 'browser-300x200-1.jpg', 'browser-300x200-2.jpg'], $names);
    }

    private static function attachment(): int
    {
        $id = self::sideload(self::photo(500, 400, 'holiday.jpg'));
        foreach (self::NAMES as $name) {
            file_put_contents(dirname(get_attached_file($id)) . "/$name", 'converted');
        }
        wp_update_attachment_metadata($id, wp_get_attachment_metadata($id) + self::NAMES);
        return $id;
    }

    /** @return list<LibraryFinding> */
    private static function findings(): array
    {
        $check = new Check(Plugin::ofThisSite()->files, self::oneByOne(), false, false, 0);
        $findings = iterator_to_array($check->findings(), false);
        return array_values(array_filter(
            $findings,
            static fn (LibraryFinding $finding): bool => str_contains($finding->file, 'holiday'),
        ));
    }

    private static function oneByOne(): SideBySide
    {
        return new SideBySide(1, static fn (): bool => false);
    }
}
