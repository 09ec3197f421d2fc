<?php

declare(strict_types=1);

namespace Aloft\Pictures;

/**
 * An image size of WordPress in terms of Tachyon: cropped sizes fill their box, others fit into it.
 */
final class PictureSize
{
    /** @param bool|array{0: string, 1: string} $crop position of the crop, x before y */
    public function __construct(
        private readonly int $width,
        private readonly int $height,
        private readonly bool|array $crop,
    ) {
    }

    /**
     * @param string|array<mixed> $size a registered name, or width and height
     * @return ?self null for "full" and for unregistered sizes
     */
    public static function named(string|array $size): ?self
    {
        if (is_array($size)) {
            return new self((int) ($size[0] ?? 0), (int) ($size[1] ?? 0), false);
        }
        $known = wp_get_registered_image_subsizes()[$size] ?? null;
        return $known === null ? null : new self((int) $known['width'], (int) $known['height'], $known['crop']);
    }

    /** Crop position of a registered size, such as `northwest`; empty for the center and for sizes without a crop. */
    public static function gravity(string $name): string
    {
        $crop = wp_get_registered_image_subsizes()[$name]['crop'] ?? false;
        return is_array($crop) ? self::compass($crop) : '';
    }

    /**
     * The name of the size that belongs to an attachment's file.
     *
     * @param array<string, mixed> $meta the attachment's
     */
    public static function ofFile(array $meta, string $file): ?string
    {
        foreach ((array) ($meta['sizes'] ?? []) as $name => $size) {
            if (($size['file'] ?? null) === $file) {
                return (string) $name;
            }
        }
        return null;
    }

    /**
     * The arguments, and the size of the resulting picture.
     *
     * @return array{0: array<string, scalar>, 1: int, 2: int}
     */
    public function of(int $width, int $height): array
    {
        if ($this->crop !== false && $this->width > 0 && $this->height > 0) {
            return $this->cropped($width, $height);
        }
        $box = [min($this->width ?: $width, $width), min($this->height ?: $height, $height)];
        if ($box === [$width, $height]) {
            return [[], $width, $height];
        }
        [$w, $h] = wp_constrain_dimensions($width, $height, $box[0], $box[1]);
        if ($this->crop !== false) {
            return [$this->width > 0 ? ['w' => $box[0]] : ['h' => $box[1]], $w, $h];
        }
        return [['fit' => $box[0] . ',' . $box[1]], $w, $h];
    }

    /** @return array{0: array<string, scalar>, 1: int, 2: int} */
    private function cropped(int $width, int $height): array
    {
        $box = [min($this->width, $width), min($this->height, $height)];
        if ($box === [$width, $height]) {
            return [[], $width, $height];
        }
        $arguments = ['resize' => $box[0] . ',' . $box[1]];
        if (is_array($this->crop)) {
            $arguments['gravity'] = self::compass($this->crop);
        }
        return [array_filter($arguments, static fn (string $value): bool => $value !== ''), $box[0], $box[1]];
    }

    /**
     * WordPress's crop positions as compass points.
     *
     * @param array<mixed> $crop
     */
    private static function compass(array $crop): string
    {
        $points = ['top' => 'north', 'bottom' => 'south', 'left' => 'west', 'right' => 'east', 'center' => ''];
        return ($points[$crop[1] ?? ''] ?? '') . ($points[$crop[0] ?? ''] ?? '');
    }
}
