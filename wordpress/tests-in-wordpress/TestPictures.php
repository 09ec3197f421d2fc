<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Pictures for tests, and how much two of them are alike.
 */
final class TestPictures
{
    /** A smooth picture with shapes, no two regions alike; its content follows from mt_srand(). */
    public static function smooth(int $width, int $height): \Imagick
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

    /** A JPEG with the name of a camera and an orientation. */
    public static function withExif(string $jpeg, int $orientation): string
    {
        $camera = "Aloftcam\0";
        $entries = pack('vvVV', 0x010f, 2, strlen($camera), 38) . pack('vvVvv', 0x0112, 3, 1, $orientation, 0);
        $exif = "Exif\0\0II*\0" . pack('Vv', 8, 2) . $entries . pack('V', 0) . $camera;
        return substr($jpeg, 0, 2) . "\xff\xe1" . pack('n', strlen($exif) + 2) . $exif . substr($jpeg, 2);
    }

    /** Peak signal-to-noise ratio in decibels, on white. */
    public static function likeness(\Imagick $one, \Imagick $other): float
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
