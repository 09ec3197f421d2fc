<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Uploads\ImagickEditor;
use Aloft\Uploads\VipsEditor;

/**
 * Random chains of edits in the agent, beside those of WordPress's own editor.
 */
final class VipsEditorChainsTest extends SiteTestCase
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
            $picture = TestPictures::smooth($width, $height);
            $make($picture);
            $bytes = $picture->getImageBlob();
            file_put_contents($path, $orientation > 1 ? TestPictures::withExif($bytes, $orientation) : $bytes);
            $steps = self::steps($width, $height);
            $about = $this->dataName() . " of $width x $height, seed $seed: " . json_encode($steps);

            $ours = self::edited(VipsEditor::class, $path, $steps, "$this->directory/ours-$width.png", $about);
            $cores = self::edited(ImagickEditor::class, $path, $steps, "$this->directory/cores-$width.png", $about);

            self::assertEqualsWithDelta($cores->getImageWidth(), $ours->getImageWidth(), 1, $about);
            self::assertEqualsWithDelta($cores->getImageHeight(), $ours->getImageHeight(), 1, $about);
            if (!str_starts_with($this->dataName(), 'cmyk')) { // which core converts without a profile
                $reference = self::reference($path, $steps);
                $likeness = TestPictures::likeness($ours, $cores);
                $isGood = $likeness >= self::ALIKE
                    || TestPictures::likeness($ours, $reference)
                        >= min(self::ALIKE, TestPictures::likeness($cores, $reference));
                self::assertTrue($isGood, sprintf(
                    '%s: %.1f dB from core, %.1f and %.1f from the reference',
                    $about,
                    $likeness,
                    TestPictures::likeness($ours, $reference),
                    TestPictures::likeness($cores, $reference),
                ));
            }
        }
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
                    $corner = [mt_rand(0, 40), mt_rand(0, 40)];
                    $steps[] = ['crop', [...$corner, 300 + mt_rand(0, 20), 300 + mt_rand(0, 20)]];
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
}
