<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\PrivateMedia\PrivateMedia;

/**
 * `wp aloft media`: differences between attachments and files, attachments of files that are there already, and sizes
 * made again.
 */
final class MediaCommandsTest extends SiteTestCase
{
    private const FSCK = ['fsck', '--json', '--min-age=0'];

    protected function setUp(): void
    {
        self::deleteAll();
        parent::setUp();
    }

    protected function tearDown(): void
    {
        self::deleteAll(); // those of the commands, which are other processes
        parent::tearDown();
    }

    public static function deleteAll(): void
    {
        wp_cache_flush();
        foreach (get_posts(['post_type' => 'attachment', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
            wp_delete_attachment($post->ID, true);
        }
    }

    public function testAHealthyLibraryHasNoDifferences(): void
    {
        $text = self::folder() . '/notes.txt';
        file_put_contents($text, 'notes');
        array_map(self::sideload(...), [self::photo(3000, 2000, 'large.jpg'), self::photo(), $text]);
        $this->edited(self::sideload(self::photo(800, 600, 'edited.jpg')));

        [$status, $lines] = self::media(...[...self::FSCK, '--types']);

        self::assertSame([], $lines);
        self::assertSame(0, $status);
    }

    public function testEachKindOfDifferenceIsFoundAndNothingIsChanged(): void
    {
        [$lost, $small, $wrong, $bare, $none, $lying] = array_map(
            static fn (string $name): int => self::sideload(self::photo(400, 300, "$name.jpg")),
            ['lost', 'small', 'wrong', 'bare', 'none', 'lying'],
        );
        $files = array_map(self::filesOf(...), [$lost, $small, $lying]);
        unlink($files[0][0]);
        unlink($files[1][1]);
        $meta = wp_get_attachment_metadata($wrong);
        wp_update_attachment_metadata($wrong, ['filesize' => 7] + $meta);
        delete_post_meta($bare, '_wp_attachment_metadata');
        delete_post_meta($none, '_wp_attached_file');
        $png = file_get_contents(self::png());
        file_put_contents($files[2][0], $png);
        wp_update_attachment_metadata($lying, ['filesize' => strlen($png)] + wp_get_attachment_metadata($lying));
        $base = wp_upload_dir()['basedir'];
        file_put_contents("$base/2019/05/left.jpg", 'left');
        file_put_contents("$base/2019/05/left.php", '<?php');
        file_put_contents("$base/plugin-cache/a.txt", 'a');
        $before = self::files();

        [$status, $found] = self::media(...[...self::FSCK, '--types']);

        self::assertSame(9, $status);
        $at = static fn (string $file): string => substr($file, strlen("$base/"));
        $kinds = array_map(static fn (array $f): array => [$f['kind'], $f['attachment'], $f['file']], $found);
        $leftFiles = array_map($at, self::filesOf($bare));
        $expected = [
            ['missing', $lost, $at($files[0][0])],
            ['missing', $small, $at($files[1][1])],
            ['size', $wrong, $at(get_attached_file($wrong))],
            ['no metadata', $bare, $at(get_attached_file($bare))],
            ['no file', $none, ''],
            ['type', $lying, $at($files[2][0])],
            ['orphan', null, '2019/05/left.jpg'],
            ['orphan', null, '2019/05/left.php'],
        ];
        foreach ($expected as $one) {
            self::assertContainsEquals($one, $kinds);
        }
        $ofUnlinked = array_filter($kinds, static fn (array $one): bool =>
            !in_array($one, $expected) && preg_match('~/(?:bare-\d+x\d+|none(?:-\d+x\d+)?)\.jpg$~', $one[2]) !== 1);
        self::assertSame([], array_values($ofUnlinked));
        self::assertNotContains('plugin-cache/a.txt', array_column($found, 'file'));
        self::assertContains('plugin-cache/a.txt', array_column(self::media(...[...self::FSCK, '--all'])[1], 'file'));
        self::assertSame($before, self::files());
        self::assertNotSame([], $leftFiles);

        foreach (array_column($found, 'command') as $command) {
            if (str_starts_with($command, 'wp aloft media regenerate')) {
                self::assertSame(0, self::wp(...array_slice(explode(' ', $command), 1))[0], $command);
            }
        }
        $still = array_column(self::media(...[...self::FSCK, '--types'])[1], 'kind');
        self::assertSame(['missing', 'no file', 'orphan', 'type'], array_values(array_unique(self::sorted($still))));
    }

    public function testImportedFilesAreAsIfTheyHadBeenUploaded(): void
    {
        $photo = self::folder() . '/photo.jpg';
        file_put_contents($photo, TestPictures::withExif(file_get_contents(self::photo(2800, 1800)), 6));
        $uploaded = self::sideload($photo, 'trip.jpg');
        $expected = wp_get_attachment_metadata($uploaded);
        $title = get_the_title($uploaded);
        $original = dirname(get_attached_file($uploaded)) . '/' . $expected['original_image'];
        copy($original, self::folder() . '/trip.jpg');
        wp_delete_attachment($uploaded, true);
        copy($photo, $original);

        $requests = self::requestsOf(static fn (): array => self::media('import'));

        [$id] = get_posts(['post_type' => 'attachment', 'fields' => 'ids']);
        self::assertEquals($expected, wp_get_attachment_metadata($id));
        self::assertSame($title, get_the_title($id));
        self::assertAllExist(self::filesOf($id));
        self::assertStringContainsString((count($expected['sizes']) + 1) . ' PutObject', $requests);
        self::assertMatchesRegularExpression('/\b[1-3] GetObject/', $requests, 'not one for each time it is opened');
        self::assertSame([0, []], self::media('import'));
        self::assertSame([0, []], self::media(...self::FSCK));
    }

    public function testSizesAndScaledPicturesAreNotImportedThemselves(): void
    {
        $large = self::sideload(self::photo(3000, 2000, 'large.jpg'));
        $left = self::sideload(self::photo(900, 600, 'left.jpg'));
        self::forget($left);
        $base = wp_upload_dir()['basedir'];
        foreach (['banner-300x250.jpg', 'only-scaled.jpg', 'only-100x100.jpg', 'name.with.dots.jpg'] as $name) {
            copy(self::photo(320, 240), "$base/2018/01/$name");
        }

        [, $planned] = self::media('import', '--dry-run');
        $sub = substr(get_attached_file($large), strlen("$base/"), 8);

        self::assertSame(
            ['2018/01/banner-300x250.jpg', '2018/01/name.with.dots.jpg', '2018/01/only-scaled.jpg', "{$sub}left.jpg"],
            self::sorted(array_column($planned, 'file')),
        );
        self::assertCount(1, get_posts(['post_type' => 'attachment', 'numberposts' => -1]), 'nothing is imported');
        self::assertSame(['2018/01/banner-300x250.jpg'], array_column(self::media('import', '2018/01/ban')[1], 'file'));
        $date = get_posts(['post_type' => 'attachment', 'orderby' => 'ID'])[0]->post_date;
        self::assertSame('2018-01-01 00:00:00', $date);
    }

    public function testWhatWordPressWouldRefuseIsListed(): void
    {
        $base = wp_upload_dir()['basedir'];
        foreach (['a.php', 'b.php.jpg', '.htaccess', 'd.xyz', 'e.jpg'] as $name) {
            file_put_contents("$base/2019/05/$name", '<?php echo 1; ?>');
        }

        [$status, $lines] = self::media('import');
        unlink("$base/2019/05/.htaccess"); // a listing of WordPress does not name it

        self::assertSame(9, $status);
        self::assertSame(['refused'], array_values(array_unique(array_column($lines, 'outcome'))));
        self::assertCount(5, $lines);
        self::assertSame([], get_posts(['post_type' => 'attachment']));
    }

    public function testAPictureThatCannotBeReadIsReportedAndTriedAgain(): void
    {
        $base = wp_upload_dir()['basedir'];
        $picture = (string) file_get_contents(self::png());
        $header = substr($picture, 0, 33); // signature and size
        file_put_contents("$base/2016/02/broken.png", $header);

        [$status, $lines] = self::media('import');
        file_put_contents("$base/2016/02/broken.png", $picture);
        [$again, $retried] = self::media('import');

        self::assertSame([9, ['failed']], [$status, array_column($lines, 'outcome')]);
        self::assertSame([0, ['done']], [$again, array_column($retried, 'outcome')]);
        self::assertSame($lines[0]['attachment'], $retried[0]['attachment']);
        self::assertSame(2, $retried[0]['sizes']);
    }

    public function testAPrivateFileStaysPrivate(): void
    {
        $id = self::sideload(self::photo(500, 400, 'secret.jpg'));
        $url = wp_get_attachment_url($id);
        update_post_meta($id, PrivateMedia::FLAG, '1');
        self::forget($id);

        [$status, $lines] = self::media('import', '', '--concurrency=2');

        self::assertSame(0, $status);
        wp_cache_flush();
        self::assertSame('1', get_post_meta($lines[0]['attachment'], PrivateMedia::FLAG, true));
        self::assertSame(404, self::status($url));
        foreach (wp_get_attachment_metadata($lines[0]['attachment'])['sizes'] as $size) {
            self::assertSame(404, self::status(dirname($url) . '/' . $size['file']));
        }
    }

    public function testAnImportThatWasKilledIsContinued(): void
    {
        $base = wp_upload_dir()['basedir'];
        for ($i = 0; $i < 12; $i++) {
            copy(self::photo(1000, 700), "$base/2017/03/many-$i.jpg");
        }
        $command = [PHP_BINARY, __DIR__ . '/wp-cli.php', 'aloft', 'media', 'import', '--json', '--min-age=0'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
        fgets($pipes[1]);
        proc_terminate($process, 9);
        proc_close($process);
        $end = microtime(true) + 300;
        while (str_contains($output = self::wp('aloft', 'media', 'import', '--min-age=0')[1], 'another import')) {
            self::assertLessThan($end, microtime(true), 'the lock of the killed one is free');
            usleep(50_000);
        }
        self::assertStringNotContainsString("refused\t", $output);
        // The agent may have been making sizes for the killed process still.
        self::assertSame(0, self::wp('aloft', 'media', 'regenerate', '--only-missing')[0]);

        wp_cache_flush();
        $ids = get_posts(['post_type' => 'attachment', 'fields' => 'ids', 'numberposts' => -1]);
        self::assertCount(12, $ids);
        self::assertCount(12, array_unique(array_map(get_attached_file(...), $ids)));
        self::assertSame([0, []], self::media(...self::FSCK));
        foreach ($ids as $id) {
            self::assertCount(3, array_intersect_key(
                wp_get_attachment_metadata($id)['sizes'],
                ['thumbnail' => 1, 'medium' => 1, 'medium_large' => 1],
            ));
        }
    }

    public function testRegeneratedSizesAreThoseOfWordPress(): void
    {
        $ids = [
            self::sideload(self::photo(3000, 2000, 'large.jpg')),
            self::sideload(self::photo(900, 600, 'small.jpg')),
            self::sideload(self::png()),
        ];
        $old = array_map(self::filesOf(...), $ids);
        $medium = array_map(
            static fn (int $id): string => wp_get_attachment_metadata($id)['sizes']['medium']['file'],
            $ids,
        );
        update_option('medium_size_w', 250);
        try {
            [$status, $lines] = self::media('regenerate');
            wp_cache_flush();
            $ours = array_map(wp_get_attachment_metadata(...), $ids);
            $theirs = array_map(self::regeneratedByWordPress(...), $ids);
        } finally {
            update_option('medium_size_w', 300);
        }

        self::assertSame([0, 3], [$status, count($lines)]);
        foreach ($ids as $i => $id) {
            self::assertEquals($theirs[$i], $ours[$i]);
            self::assertNotSame($medium[$i], $ours[$i]['sizes']['medium']['file']);
            self::assertFileDoesNotExist(dirname($old[$i][0]) . "/$medium[$i]");
            self::assertAllExist(self::filesOf($id));
        }
        self::assertSame([0, []], self::media(...self::FSCK));
    }

    public function testOnlyMissingSizesAreMade(): void
    {
        [$first, $second] = [self::sideload(self::photo()), self::sideload(self::photo(1000, 700, 'other.jpg'))];
        $expected = wp_get_attachment_metadata($second);
        $lost = self::filesOf($second)[2];
        unlink($lost);

        $requests = self::requestsOf(static function () use (&$lines): void {
            [, $lines] = self::media('regenerate', '--only-missing');
        });

        self::assertEquals(
            [$first => 'unchanged', $second => 'done'],
            array_column($lines, 'outcome', 'attachment'),
        );
        self::assertStringContainsString('1 PutObject', $requests);
        self::assertFileExists($lost);
        wp_cache_flush();
        self::assertEquals(self::withoutBytes($expected), self::withoutBytes(wp_get_attachment_metadata($second)));
        self::assertSame([$second], array_column(self::media('regenerate', "--after=$first")[1], 'attachment'));
    }

    public function testOneSizeIsMadeAndTheOthersStay(): void
    {
        $id = self::sideload(self::photo());
        $files = self::filesOf($id);
        $expected = wp_get_attachment_metadata($id);

        $command = ['regenerate', (string) $id, '--image_size=large'];
        $requests = self::requestsOf(static fn (): array => self::media(...$command));

        self::assertStringContainsString('1 PutObject', $requests);
        wp_cache_flush();
        self::assertEquals($expected, wp_get_attachment_metadata($id));
        self::assertAllExist($files);
        self::assertSame(1, self::wp('aloft', 'media', 'regenerate', '--image_size=huge')[0]);
        self::assertSame(1, self::wp('aloft', 'media', 'regenerate', '999999')[0]);
    }

    public function testAMissingOriginalIsAFailureAndItsSizesStay(): void
    {
        $id = self::sideload(self::photo());
        [$original, $size] = self::filesOf($id);
        unlink($original);

        [$status, $lines] = self::media('regenerate');

        self::assertSame(9, $status);
        self::assertSame('the original is missing', $lines[0]['reason']);
        self::assertFileExists($size);
    }

    /** What `wp media regenerate` does: it deletes the sizes, and makes the metadata again. */
    private static function regeneratedByWordPress(int $id): array
    {
        $original = wp_get_original_image_path($id);
        foreach (wp_get_attachment_metadata($id)['sizes'] as $size) {
            unlink(dirname($original) . '/' . $size['file']);
        }
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $original));
        return wp_get_attachment_metadata($id);
    }

    /** A size that is decoded alone may differ by a byte from one that is decoded with others. */
    private static function withoutBytes(array $meta): array
    {
        return ['sizes' => array_map(
            static fn (array $size): array => array_diff_key($size, ['filesize' => 0]),
            $meta['sizes'],
        )] + $meta;
    }

    private function edited(int $id): void
    {
        $request = new \WP_REST_Request('POST', "/wp/v2/media/$id/edit");
        $request->set_body_params(['src' => wp_get_attachment_url($id), 'rotation' => 90]);
        self::assertSame(201, rest_do_request($request)->get_status());
    }

    /** Deletes an attachment, but none of its files. */
    private static function forget(int $id): void
    {
        global $wpdb;
        $wpdb->delete($wpdb->posts, ['ID' => $id]);
        $wpdb->delete($wpdb->postmeta, ['post_id' => $id]);
        wp_cache_flush();
    }

    private static function png(): string
    {
        $file = self::folder() . '/drawing.png';
        $picture = TestPictures::smooth(700, 500);
        $picture->setImageFormat('png');
        file_put_contents($file, $picture->getImageBlob());
        return $file;
    }

    /** @return list<string> */
    private static function sorted(array $texts): array
    {
        sort($texts);
        return $texts;
    }

    /** @return array{int, list<array<string, mixed>>} exit status, and the lines on standard output */
    private static function media(string ...$words): array
    {
        $words = in_array('--json', $words, true) ? $words : [...$words, '--json'];
        $words = $words[0] === 'import' ? [...$words, '--min-age=0'] : $words;
        [$status, $output] = self::wp('aloft', 'media', ...$words);
        $lines = [];
        foreach (explode("\n", trim($output)) as $line) {
            if (str_starts_with($line, '{')) {
                $lines[] = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
            }
        }
        return [$status, $lines];
    }
}
