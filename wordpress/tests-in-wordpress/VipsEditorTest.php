<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Uploads\ImagickEditor;
use Aloft\Uploads\VipsEditor;

/**
 * The editor that works in the agent, beside WordPress's own.
 */
final class VipsEditorTest extends SiteTestCase
{
    private string $directory = '';

    protected function setUp(): void
    {
        parent::setUp();
        require_once ABSPATH . 'wp-admin/includes/image.php';
        wp_image_editor_supports(); // loads the classes
        $this->directory = wp_upload_dir()['path'];
    }

    public function testTheFirstEditorIsTheAgents(): void
    {
        $id = self::sideload(self::photo());

        self::assertInstanceOf(VipsEditor::class, wp_get_image_editor(get_attached_file($id)));
        self::assertInstanceOf(VipsEditor::class, wp_get_image_editor(self::photo(20, 20)), 'a local file');
        [$status, $output] = self::inAnotherProcess([], sprintf(
            'echo get_class(wp_get_image_editor(%s));',
            var_export(get_attached_file($id), true),
        ), 'define("ALOFT_PHP_EDITORS", true);');
        self::assertSame([0, ImagickEditor::class], [$status, $output]);
    }

    public function testAnAgentThatMakesNoPicturesYetIsAskedAgain(): void
    {
        $ofAgent = '["unix:///nowhere", Aloft\\Plugin::ofThisSite()->settings->socket]';
        [$status, $output] = self::inAnotherProcess([], "wp_image_editor_supports();
            foreach ($ofAgent as \$socket) {
                \$files = new Aloft\\Files\\Files(new Aloft\\Agent\\Agent(\$socket));
                echo (int) Aloft\\Uploads\\VipsEditor::isAvailable(\$files);
            }", 'define("ALOFT_PHP_EDITORS", true);');

        self::assertSame([0, '01'], [$status, $output]);
    }

    public function testAnUploadIsStoredWithoutReadingAnything(): void
    {
        $photo = self::photo(3000, 2000, 'large.jpg');
        $id = 0;

        $requests = self::requestsOf(static function () use ($photo, &$id): void {
            $id = self::sideload($photo);
        });

        $files = self::filesOf($id);
        self::assertAllExist($files);
        self::assertStringContainsString(count($files) . ' PutObject', $requests);
        self::assertDoesNotMatchRegularExpression('/GetObject|HeadObject/', $requests);
        foreach (wp_get_attachment_metadata($id)['sizes'] as $name => $size) {
            $file = dirname($files[0]) . '/' . $size['file'];
            self::assertSame([$size['width'], $size['height']], array_slice(getimagesize($file), 0, 2), $name);
            self::assertSame($size['filesize'], filesize($file), $name);
            self::assertSame('image/jpeg', $size['mime-type']);
        }
    }

    public function testAPictureThatLiesIsTurned(): void
    {
        mt_srand(1);
        $picture = TestPictures::smooth(1200, 800);
        $turned = clone $picture;
        $picture->setImageFormat('jpeg');
        $file = self::folder() . '/lying.jpg';
        file_put_contents($file, TestPictures::withExif($picture->getImageBlob(), 6));

        $id = self::sideload($file);

        $meta = wp_get_attachment_metadata($id);
        self::assertSame([800, 1200], [$meta['width'], $meta['height']]);
        self::assertStringEndsWith('lying-rotated.jpg', $meta['file']);
        self::assertSame([200, 300], [$meta['sizes']['medium']['width'], $meta['sizes']['medium']['height']]);
        $medium = dirname(get_attached_file($id)) . '/' . $meta['sizes']['medium']['file'];
        $turned->rotateImage('none', 90);
        $turned->resizeImage(200, 300, \Imagick::FILTER_LANCZOS, 1);
        self::assertGreaterThan(30, TestPictures::likeness(new \Imagick(aloft_local_path($medium)), $turned));
    }

    public function testFiltersOfWordPressDecide(): void
    {
        $path = $this->stored('jpeg', 'filters.jpg');
        $plain = self::saved($path, 'plain.jpg');
        add_filter('wp_editor_set_quality', static fn (): int => 20);
        $small = self::saved($path, 'small.jpg');
        remove_all_filters('wp_editor_set_quality');
        add_filter('image_save_progressive', '__return_true');
        $progressive = self::saved($path, 'progressive.jpg');
        add_filter('image_editor_output_format', static fn (): array => ['image/jpeg' => 'image/webp']);
        $webp = self::saved($path, 'other.jpg');
        remove_all_filters('image_editor_output_format');
        add_filter('image_make_intermediate_size', static fn (string $file): string => "$file.seen");
        $seen = self::saved($path, 'seen.jpg');

        self::assertLessThan($plain['filesize'] / 2, $small['filesize']);
        self::assertSame(
            [\Imagick::INTERLACE_NO, \Imagick::INTERLACE_JPEG],
            array_map(
                static fn (array $saved): int =>
                    (new \Imagick(aloft_local_path($saved['path'])))->getImageInterlaceScheme(),
                [$plain, $progressive],
            ),
        );
        self::assertSame(['other.webp', 'image/webp'], [$webp['file'], $webp['mime-type']]);
        self::assertSame(IMAGETYPE_WEBP, exif_imagetype($webp['path']));
        self::assertSame('seen.jpg.seen', $seen['file']);
    }

    public function testMetadataIsStrippedFromScaledPicturesUnlessAFilterKeepsIt(): void
    {
        $path = "$this->directory/exif.jpg";
        file_put_contents($path, TestPictures::withExif((string) file_get_contents(self::photo(600, 400)), 1));

        $stripped = self::saved($path, 'stripped.jpg');
        add_filter('image_strip_meta', '__return_false');
        $kept = self::saved($path, 'kept.jpg');

        self::assertStringNotContainsString('Aloftcam', (string) file_get_contents($stripped['path']));
        self::assertStringContainsString('Aloftcam', (string) file_get_contents($kept['path']));
    }

    public function testAFilmStaysAFilm(): void
    {
        $film = new \Imagick();
        foreach (['red', 'green', 'blue'] as $colour) {
            $film->newImage(400, 300, $colour, 'gif');
            $film->setImageDelay(20);
        }
        $path = "$this->directory/film.gif";
        file_put_contents($path, $film->getImagesBlob());

        $saved = self::saved($path, 'small.gif');

        $small = new \Imagick(aloft_local_path($saved['path']));
        self::assertSame([3, 200, 150], [$small->getNumberImages(), $small->getImageWidth(), $small->getImageHeight()]);
    }

    public function testAPictureOfATelephoneBecomesAJpeg(): void
    {
        if (version_compare(get_bloginfo('version'), '6.7', '<')) {
            self::markTestSkipped('WordPress converts HEIC since 6.7');
        }
        if (!VipsEditor::supports_mime_type('image/heic') || \Imagick::queryFormats('HEIC') === []) {
            self::markTestSkipped('no HEIC on this machine');
        }
        $picture = TestPictures::smooth(400, 300);
        $picture->setImageFormat('heic');
        try {
            $bytes = $picture->getImageBlob();
        } catch (\ImagickException) {
            self::markTestSkipped('no HEIC is encoded on this machine');
        }
        file_put_contents("$this->directory/telephone.heic", $bytes);

        $saved = self::saved("$this->directory/telephone.heic", 'telephone.heic');

        self::assertSame(['telephone.jpg', 'image/jpeg'], [$saved['file'], $saved['mime-type']]);
        self::assertSame(IMAGETYPE_JPEG, exif_imagetype($saved['path']));
    }

    public function testALosslessWebpStaysLossless(): void
    {
        $path = "$this->directory/lossless.webp";
        $picture = TestPictures::smooth(400, 300);
        $picture->setImageFormat('webp');
        $picture->setOption('webp:lossless', 'true');
        file_put_contents($path, $picture->getImageBlob());

        $saved = self::saved($path, 'small.webp');

        self::assertStringContainsString('VP8L', (string) file_get_contents($saved['path']));
    }

    /** @return array<string, array{list<array{string, list<mixed>}>, array{int, int}}> */
    public static function othersEdits(): array
    {
        return [
            'a rotation by another angle' => [[['rotate', [30]]], [720, 646]],
            'a crop after scaling' => [[['resize', [300, 200]], ['crop', [10, 10, 100, 50]]], [100, 50]],
            'several of them' => [[['flip', [true, false]], ['rotate', [10]], ['resize', [100, 100]]], [100, 78]],
        ];
    }

    /**
     * @dataProvider othersEdits
     * @param list<array{string, list<mixed>}> $steps
     * @param array{int, int} $size
     */
    public function testWordPressMakesWhatTheAgentDoesNot(array $steps, array $size): void
    {
        $path = $this->stored('jpeg', 'others.jpg');
        $editor = self::opened($path);
        foreach ($steps as [$method, $arguments]) {
            self::assertTrue($editor->$method(...$arguments));
        }
        self::assertEqualsWithDelta($size, array_values($editor->get_size()), 4);

        $saved = $editor->save("$this->directory/others-saved.jpg");

        self::assertIsArray($saved);
        self::assertSame(array_values($editor->get_size()), array_slice(getimagesize($saved['path']), 0, 2));
        self::assertSame($saved['filesize'], filesize($saved['path']));
    }

    public function testAFileOfAnotherFormatIsEditedByWordPress(): void
    {
        $path = "$this->directory/bitmap.bmp";
        $picture = TestPictures::smooth(300, 200);
        $picture->setImageFormat('bmp');
        file_put_contents($path, $picture->getImageBlob());

        $editor = new VipsEditor($path);

        self::assertTrue($editor->load());
        self::assertSame(['width' => 300, 'height' => 200], $editor->get_size());
        self::assertTrue($editor->resize(150, 150));
        self::assertIsArray($editor->save("$this->directory/bitmap.png", 'image/png'));
        self::assertSame('image/png', wp_get_image_mime("$this->directory/bitmap.png"));
    }

    public function testAPreviewIsMadeByTheAgent(): void
    {
        $path = $this->stored('jpeg', 'preview.jpg');
        $editor = self::opened($path);
        $editor->rotate(90);
        $editor->resize(100, 100);
        $before = self::files();
        ob_start();

        $requests = self::requestsOf(static function () use ($editor): void {
            self::assertTrue(@$editor->stream()); // the headers of this process are sent
        });

        $shown = getimagesizefromstring((string) ob_get_clean());
        self::assertSame([67, 100, 'image/jpeg'], [$shown[0], $shown[1], $shown['mime']]);
        self::assertSame('no requests', $requests);
        self::assertSame($before, self::files());
        ob_start();
        self::assertTrue(@$editor->stream('image/bmp'), 'the agent writes no such pictures');
        self::assertNotSame('', ob_get_clean());
    }

    public function testAMissingFileIsAnError(): void
    {
        $missing = (new VipsEditor("$this->directory/missing.jpg"))->load();
        $noPicture = "$this->directory/text.jpg";
        file_put_contents($noPicture, 'no picture');

        self::assertSame('error_loading_image', $missing->get_error_code());
        self::assertWPError((new VipsEditor($noPicture))->load());
    }

    public function testAPictureThatReplacesItsOriginalIsEditedFurther(): void
    {
        $path = $this->stored('jpeg', 'replaced.jpg');
        $editor = self::opened($path);
        self::assertTrue($editor->resize(300, 200));
        self::assertIsArray($editor->save($path));

        self::assertTrue($editor->rotate(90));
        $saved = $editor->save("$this->directory/turned.jpg");

        self::assertSame([200, 300], array_slice(getimagesize($saved['path']), 0, 2));
        self::assertSame([300, 200], array_slice(getimagesize($path), 0, 2));
    }

    public function testAPictureOfAThemeIsEditedByTheAgentAndStaysOnTheServer(): void
    {
        $path = self::photo(1200, 800, 'theme.jpg');
        $folder = dirname($path);
        $editor = self::opened($path);
        $sizes = [
            'small' => ['width' => 300, 'height' => 300],
            'square' => ['width' => 150, 'height' => 150, 'crop' => true],
        ];
        $made = [];

        $requests = self::requestsOf(static function () use ($editor, $sizes, &$made): void {
            $made = $editor->multi_resize($sizes);
        });

        self::assertSame('no requests', $requests);
        self::assertSame(['theme-300x200.jpg', 'theme-150x150.jpg'], array_column($made, 'file'));
        foreach ($made as ['file' => $file, 'width' => $width, 'height' => $height, 'filesize' => $bytes]) {
            self::assertSame([$width, $height], array_slice(getimagesize("$folder/$file"), 0, 2));
            self::assertSame($bytes, filesize("$folder/$file"));
            self::assertSame(fileperms($folder) & 0666, fileperms("$folder/$file") & 0777);
        }
        self::assertTrue($editor->rotate(90));
        self::assertIsArray($editor->save($path));
        self::assertSame([800, 1200], array_slice(getimagesize($path), 0, 2));
        self::assertTrue($editor->resize(100, 150));
        self::assertSame("$this->directory/of-theme.webp", $editor->save("$this->directory/of-theme.webp")['path']);
        self::assertSame([100, 150], array_slice(getimagesize("$this->directory/of-theme.webp"), 0, 2));
        self::assertWPError(self::opened(self::photo())->save('/proc/none/a.jpg'));
    }

    public function testAPictureOfAThemeThatDoesNotReachS3IsAnError(): void
    {
        $editor = self::opened(self::photo());

        self::assertWPError(self::whileS3IsDown(fn (): mixed => $editor->save("$this->directory/of-theme.jpg")));
    }

    public function testAnUnreadablePictureOfAThemeIsLeftToWordPress(): void
    {
        $noPicture = self::folder() . '/text.jpg';
        file_put_contents($noPicture, 'no picture');

        self::assertWPError((new VipsEditor($noPicture))->load());
        self::assertWPError((new VipsEditor(self::folder() . '/missing.jpg'))->load());
    }

    public function testThePreviewOfADocumentIsMadeByWordPress(): void
    {
        $document = self::document();
        self::assertFalse(VipsEditor::supports_mime_type('application/pdf'));

        $id = self::sideload($document);

        $meta = wp_get_attachment_metadata($id);
        self::assertSame('image/jpeg', $meta['sizes']['full']['mime-type'] ?? null);
        self::assertFileExists(dirname(get_attached_file($id)) . '/' . $meta['sizes']['full']['file']);
    }

    private static function assertWPError(mixed $result): void
    {
        self::assertInstanceOf(\WP_Error::class, $result);
    }

    private function stored(string $format, string $name): string
    {
        $picture = TestPictures::smooth(600, 400);
        $picture->setImageFormat($format);
        $picture->setImageCompressionQuality(95);
        file_put_contents("$this->directory/$name", $picture->getImageBlob());
        return "$this->directory/$name";
    }

    private static function opened(string $path): VipsEditor
    {
        $editor = wp_get_image_editor($path);
        self::assertInstanceOf(VipsEditor::class, $editor);
        return $editor;
    }

    /** @return array<string, mixed> */
    private static function saved(string $path, string $name): array
    {
        $editor = self::opened($path);
        self::assertTrue($editor->resize(200, 200));
        $saved = $editor->save(dirname($path) . "/$name");
        self::assertIsArray($saved, is_wp_error($saved) ? $saved->get_error_message() : '');
        return $saved;
    }
}
