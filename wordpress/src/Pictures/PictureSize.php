<?php

declare(strict_types=1);

namespace Aloft\Pictures;

/**
 * A size of WordPress's as Tachyon is asked for it: cropped sizes fill their box, others fit into it.
 */
final class PictureSize
{
    /** @param bool|array{0: string, 1: string} $crop where it is cropped, x before y */
    public function __construct(
        private readonly int $width,
        private readonly int $height,
        private readonly bool|array $crop,
    ) {
    }

    /**
     * @param string|array<mixed> $size a registered name, or width and height
     * @return ?self null for "full" and for what nobody has registered
     */
    public static function named(string|array $size): ?self
    {
        if (is_array($size)) {
            return new self((int) ($size[0] ?? 0), (int) ($size[1] ?? 0), false);
        }
        $known = wp_get_registered_image_subsizes()[$size] ?? null;
        return $known === null ? null : new self((int) $known['width'], (int) $known['height'], $known['crop']);
    }

    /** Where a registered size is cropped, as in `northwest`; empty for the middle, and for what has no place. */
    public static function place(string $name): string
    {
        $crop = wp_get_registered_image_subsizes()[$name]['crop'] ?? false;
        return is_array($crop) ? self::gravity($crop) : '';
    }

    /**
     * The name of the size that an attachment's file is.
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
     * What to ask for, and how large the picture will be.
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
            $arguments['gravity'] = self::gravity($this->crop);
        }
        return [array_filter($arguments, static fn (string $value): bool => $value !== ''), $box[0], $box[1]];
    }

    /**
     * WordPress's places by compass.
     *
     * @param array<mixed> $crop
     */
    private static function gravity(array $crop): string
    {
        $compass = ['top' => 'north', 'bottom' => 'south', 'left' => 'west', 'right' => 'east', 'center' => ''];
        return ($compass[$crop[1] ?? ''] ?? '') . ($compass[$crop[0] ?? ''] ?? '');
    }
}
