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
    /** Decibels from which two pictures are the same to the eye. */
    private const ALIKE = 40.0;

    private string $directory = '';

    protected function setUp(): void
    {
        parent::setUp();
        require_once ABSPATH . 'wp-admin/includes/image.php';
        wp_image_editor_supports(); // loads the classes
        $this->directory = wp_upload_dir()['path'];
    }

    /** @return array<string, array{0: string, 1: \Closure(\Imagick): void, 2?: int}> */
    public static function kinds(): array
    {
        $format = static fn (string $format, int $quality = 95): \Closure =>
            static function (\Imagick $image) use ($format, $quality): void {
                $image->setImageFormat($format);
                $image->setImageCompressionQuality($quality);
            };
        $then = static fn (\Closure $first, \Closure $second): \Closure =>
            static function (\Imagick $image) use ($first, $second): void {
                $first($image);
                $second($image);
            };
        $alpha = static function (\Imagick $image): void {
            $image->setImageAlphaChannel(\Imagick::ALPHACHANNEL_SET);
            $image->evaluateImage(\Imagick::EVALUATE_MULTIPLY, 0.6, \Imagick::CHANNEL_ALPHA);
        };
        $grey = static fn (\Imagick $image) => $image->transformImageColorspace(\Imagick::COLORSPACE_GRAY);
        $kinds = [
            'jpeg' => ['jpg', $format('jpeg')],
            'progressive jpeg' => ['jpg', $then($format('jpeg'), static fn (\Imagick $image) =>
                $image->setInterlaceScheme(\Imagick::INTERLACE_PLANE))],
            'grey jpeg' => ['jpg', $then($grey, $format('jpeg'))],
            'cmyk jpeg' => ['jpg', $then(static fn (\Imagick $image) =>
                $image->transformImageColorspace(\Imagick::COLORSPACE_CMYK), $format('jpeg'))],
            'jpeg of full quality' => ['jpg', $format('jpeg', 100)],
            'png' => ['png', $format('png24')],
            'png with alpha' => ['png', $then($alpha, $format('png32'))],
            'png with a palette' => ['png', $format('png8')],
            'grey png' => ['png', $then($grey, $format('png'))],
            'png of 16 bits' => ['png', $then($format('png48'), static fn (\Imagick $image) =>
                $image->setImageDepth(16))],
            'gif' => ['gif', $format('gif')],
            'webp' => ['webp', $format('webp')],
            'webp with alpha' => ['webp', $then($alpha, $format('webp'))],
            'lossless webp' => ['webp', $then($format('webp', 100), static fn (\Imagick $image) =>
                $image->setOption('webp:lossless', 'true'))],
        ];
        foreach (range(2, 8) as $orientation) {
            $kinds["jpeg of orientation $orientation"] = ['jpg', $format('jpeg'), $orientation];
        }
        return $kinds;
    }

    /** @dataProvider kinds */
    public function testChainsOfEditsAreThoseOfImagick(string $extension, \Closure $make, int $orientation = 1): void
    {
        $seed = (int) (getenv('ALOFT_SEED') ?: crc32($this->dataName()));
        foreach ([[900, 600], [410, 733]] as [$width, $height]) {
            mt_srand($seed + $width);
            $path = "$this->directory/chain-$width.$extension";
            $picture = self::picture($width, $height);
            $make($picture);
            $bytes = $picture->getImageBlob();
            file_put_contents($path, $orientation > 1 ? self::withExif($bytes, $orientation) : $bytes);
            $steps = self::steps($width, $height);
            $about = $this->dataName() . " of $width x $height, seed $seed: " . json_encode($steps);

            $ours = self::edited(VipsEditor::class, $path, $steps, "$this->directory/ours-$width.png", $about);
            $cores = self::edited(ImagickEditor::class, $path, $steps, "$this->directory/cores-$width.png", $about);

            self::assertEqualsWithDelta($cores->getImageWidth(), $ours->getImageWidth(), 1, $about);
            self::assertEqualsWithDelta($cores->getImageHeight(), $ours->getImageHeight(), 1, $about);
            if (!str_starts_with($this->dataName(), 'cmyk')) { // which core converts without a profile
                $reference = self::reference($path, $steps);
                $likeness = self::likeness($ours, $cores);
                $isGood = $likeness >= self::ALIKE
                    || self::likeness($ours, $reference) >= min(self::ALIKE, self::likeness($cores, $reference));
                self::assertTrue($isGood, sprintf(
                    '%s: %.1f dB from core, %.1f and %.1f from the reference',
                    $about,
                    $likeness,
                    self::likeness($ours, $reference),
                    self::likeness($cores, $reference),
                ));
            }
        }
    }

    public function testTheFirstEditorIsTheAgents(): void
    {
        $id = self::sideload(self::photo());

        self::assertInstanceOf(VipsEditor::class, wp_get_image_editor(get_attached_file($id)));
        self::assertNotInstanceOf(VipsEditor::class, wp_get_image_editor(self::photo(20, 20)), 'a local file');
        [$status, $output] = self::inAnotherProcess([], sprintf(
            'echo get_class(wp_get_image_editor(%s));',
            var_export(get_attached_file($id), true),
        ), 'define("ALOFT_PHP_EDITORS", true);');
        self::assertSame([0, ImagickEditor::class], [$status, $output]);
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
        $picture = self::picture(1200, 800);
        $turned = clone $picture;
        $picture->setImageFormat('jpeg');
        $file = self::folder() . '/lying.jpg';
        file_put_contents($file, self::withExif($picture->getImageBlob(), 6));

        $id = self::sideload($file);

        $meta = wp_get_attachment_metadata($id);
        self::assertSame([800, 1200], [$meta['width'], $meta['height']]);
        self::assertStringEndsWith('lying-rotated.jpg', $meta['file']);
        self::assertSame([200, 300], [$meta['sizes']['medium']['width'], $meta['sizes']['medium']['height']]);
        $medium = dirname(get_attached_file($id)) . '/' . $meta['sizes']['medium']['file'];
        $turned->rotateImage('none', 90);
        $turned->resizeImage(200, 300, \Imagick::FILTER_LANCZOS, 1);
        self::assertGreaterThan(30, self::likeness(new \Imagick(aloft_local_path($medium)), $turned));
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
        file_put_contents($path, self::withExif((string) file_get_contents(self::photo(600, 400)), 1));

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
        $picture = self::picture(400, 300);
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
        $picture = self::picture(400, 300);
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
        $picture = self::picture(300, 200);
        $picture->setImageFormat('bmp');
        file_put_contents($path, $picture->getImageBlob());

        $editor = new VipsEditor($path);

        self::assertTrue($editor->load());
        self::assertSame(['width' => 300, 'height' => 200], $editor->get_size());
        self::assertTrue($editor->resize(150, 150));
        self::assertIsArray($editor->save("$this->directory/bitmap.png", 'image/png'));
        self::assertSame('image/png', wp_get_image_mime("$this->directory/bitmap.png"));
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

    /** A JPEG with the name of a camera and an orientation. */
    private static function withExif(string $jpeg, int $orientation): string
    {
        $camera = "Aloftcam\0";
        $entries = pack('vvVV', 0x010f, 2, strlen($camera), 38) . pack('vvVvv', 0x0112, 3, 1, $orientation, 0);
        $exif = "Exif\0\0II*\0" . pack('Vv', 8, 2) . $entries . pack('V', 0) . $camera;
        return substr($jpeg, 0, 2) . "\xff\xe1" . pack('n', strlen($exif) + 2) . $exif . substr($jpeg, 2);
    }

    private static function assertWPError(mixed $result): void
    {
        self::assertInstanceOf(\WP_Error::class, $result);
    }

    private function stored(string $format, string $name): string
    {
        $picture = self::picture(600, 400);
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

    /** A smooth picture with shapes, no two regions alike; its content follows from mt_srand(). */
    private static function picture(int $width, int $height): \Imagick
    {
        $image = imagecreatetruecolor($width, $height);
        for ($y = 0; $y < $height; $y++) {
            $colour = imagecolorallocate($image, (int) (255 * $y / $height), 90, (int) (200 - 150 * $y / $height));
            imageline($image, 0, $y, $width, $y, $colour);
        }
        for ($i = 0; $i < 12; $i++) {
            $colour = mt_rand(0, 0xffffff);
            imagefilledellipse($image, mt_rand(0, $width), mt_rand(0, $height), mt_rand(20, 200), 120, $colour);
        }
        ob_start();
        imagepng($image);
        $picture = new \Imagick();
        $picture->readImageBlob((string) ob_get_clean());
        $picture->blurImage(0, 1.5);
        return $picture;
    }

    /** @return list<array{string, list<mixed>}> rotations, mirrors and crops in any order, then perhaps a size */
    private static function steps(int $width, int $height): array
    {
        $steps = [];
        for ($count = mt_rand(1, 4); $count > 0; $count--) {
            switch (mt_rand(0, 3)) {
                case 0:
                    $steps[] = ['rotate', [90 * mt_rand(1, 3)]];
                    break;
                case 1:
                    $steps[] = ['flip', [mt_rand(0, 1) === 1, mt_rand(0, 1) === 1]];
                    break;
                case 2:
                    $steps[] = ['crop', [mt_rand(0, 40), mt_rand(0, 40), 300 + mt_rand(0, 20), 300 + mt_rand(0, 20)]];
                    break;
                default:
                    $size = [mt_rand(60, 280), mt_rand(60, 280), mt_rand(0, 1) === 1];
                    return [...$steps, ['resize', $size], ['flip', [false, true]], ['rotate', [270]]];
            }
        }
        return $steps;
    }

    /**
     * @param class-string<\WP_Image_Editor> $class
     * @param list<array{string, list<mixed>}> $steps
     */
    private static function edited(string $class, string $path, array $steps, string $to, string $about): \Imagick
    {
        $editor = new $class($path);
        self::assertTrue($editor->load(), $about);
        foreach ($steps as [$method, $arguments]) {
            self::assertTrue($editor->$method(...$arguments), $about);
        }
        $saved = $editor->save($to, 'image/png');
        self::assertIsArray($saved, $about);
        self::assertSame([$saved['width'], $saved['height']], array_values($editor->get_size()), $about);
        $made = new \Imagick();
        $made->readImageBlob((string) file_get_contents($to));
        return $made;
    }

    /**
     * The same edits by exact scaling.
     *
     * @param list<array{string, list<mixed>}> $steps
     */
    private static function reference(string $path, array $steps): \Imagick
    {
        $image = new \Imagick();
        $image->readImageBlob((string) file_get_contents($path));
        foreach ($steps as [$method, $arguments]) {
            $size = [$image->getImageWidth(), $image->getImageHeight()];
            if ($method === 'rotate') {
                $image->rotateImage('none', 360 - $arguments[0]);
            } elseif ($method === 'crop') {
                $image->cropImage($arguments[2], $arguments[3], $arguments[0], $arguments[1]);
            } elseif ($method === 'flip') {
                $arguments[0] && $image->flipImage();
                $arguments[1] && $image->flopImage();
            } else {
                $dims = image_resize_dimensions($size[0], $size[1], ...$arguments);
                [, , $x, $y, $width, $height, $ofWidth, $ofHeight] = array_map(intval(...), $dims);
                $image->cropImage($ofWidth, $ofHeight, $x, $y);
                $image->setImagePage($ofWidth, $ofHeight, 0, 0);
                $image->resizeImage($width, $height, \Imagick::FILTER_LANCZOS, 1);
            }
            $image->setImagePage(0, 0, 0, 0);
        }
        return $image;
    }

    /** Peak signal-to-noise ratio in decibels, on white. */
    private static function likeness(\Imagick $one, \Imagick $other): float
    {
        $onWhite = static function (\Imagick $image): \Imagick {
            $copy = clone $image;
            $copy->setImagePage(0, 0, 0, 0);
            $copy->transformImageColorspace(\Imagick::COLORSPACE_SRGB);
            $copy->setImageBackgroundColor('white');
            $flat = $copy->mergeImageLayers(\Imagick::LAYERMETHOD_FLATTEN);
            $flat->setImageAlphaChannel(\Imagick::ALPHACHANNEL_REMOVE);
            $flat->setImageType(\Imagick::IMGTYPE_TRUECOLOR);
            return $flat;
        };
        [$one, $other] = [$onWhite($one), $onWhite($other)];
        $difference = $one->compareImages($other, \Imagick::METRIC_MEANSQUAREERROR)[1];
        return $difference <= 0 ? 99.0 : -10 * log10($difference);
    }
}
