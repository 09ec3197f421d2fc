<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * The outcome of a chain of edits: a picture is rotated, then cropped, then scaled. A later rotation is applied to the
 * crop and the size, so any order gives the same picture. Immutable.
 */
final class PictureEdit
{
    /** Orientations of EXIF: whether x and y are exchanged, and the signs of both afterwards. */
    private const ORIENTATIONS = [
        1 => [false, 1, 1],
        2 => [false, -1, 1],
        3 => [false, -1, -1],
        4 => [false, 1, -1],
        5 => [true, 1, 1],
        6 => [true, -1, 1],
        7 => [true, -1, -1],
        8 => [true, 1, -1],
    ];
    private const MIRRORED = 2;
    private const UPSIDE_DOWN_MIRRORED = 4;
    private const COUNTER_CLOCKWISE = 8;

    /**
     * @param array{int, int}           $whole       the rotated original
     * @param array{int, int, int, int} $crop        left, top, width and height in it
     * @param array{int, int}           $size        of the result
     * @param ?int                      $orientation of EXIF, to rotate from; null if the picture was never turned
     */
    private function __construct(
        private readonly array $whole,
        private readonly array $crop,
        public readonly array $size,
        private readonly ?int $orientation,
    ) {
    }

    public static function none(int $width, int $height): self
    {
        return new self([$width, $height], [0, 0, $width, $height], [$width, $height], null);
    }

    /** Clips the area to the picture. Null for an empty area, or for a picture that was scaled before. */
    public function crop(int $left, int $top, int $width, int $height): ?self
    {
        if ($this->isScaled()) {
            return null;
        }
        $right = min($this->size[0], $left + $width);
        $bottom = min($this->size[1], $top + $height);
        $left = max(0, $left);
        $top = max(0, $top);
        if ($right <= $left || $bottom <= $top) {
            return null;
        }
        $size = [$right - $left, $bottom - $top];
        $crop = [$this->crop[0] + $left, $this->crop[1] + $top, ...$size];
        return new self($this->whole, $crop, $size, $this->orientation);
    }

    public function scale(int $width, int $height): self
    {
        return new self($this->whole, $this->crop, [max(1, $width), max(1, $height)], $this->orientation);
    }

    public function isScaled(): bool
    {
        return $this->size !== [$this->crop[2], $this->crop[3]];
    }

    /** Rotates by quarters, counter-clockwise. */
    public function rotate(int $quarters): self
    {
        $turned = $this->turn(1);
        for ($i = 0; $i < $quarters; $i++) {
            $turned = $turned->turn(self::COUNTER_CLOCKWISE);
        }
        return $turned;
    }

    /**
     * @param bool $topToBottom mirrors along the horizontal axis
     * @param bool $leftToRight mirrors along the vertical axis
     */
    public function flip(bool $topToBottom, bool $leftToRight): self
    {
        $flipped = $this->turn(1);
        $flipped = $topToBottom ? $flipped->turn(self::UPSIDE_DOWN_MIRRORED) : $flipped;
        return $leftToRight ? $flipped->turn(self::MIRRORED) : $flipped;
    }

    private function turn(int $orientation): self
    {
        [$isExchanged, $signX, $signY] = self::ORIENTATIONS[$orientation];
        [$left, $top, $width, $height] = $this->crop;
        [$whole, $size] = [$this->whole, $this->size];
        if ($isExchanged) {
            [$left, $top, $width, $height] = [$top, $left, $height, $width];
            [$whole, $size] = [array_reverse($whole), array_reverse($size)];
        }
        $left = $signX < 0 ? $whole[0] - $left - $width : $left;
        $top = $signY < 0 ? $whole[1] - $top - $height : $top;
        $sum = self::sum($this->orientation ?? 1, $orientation);
        return new self($whole, [$left, $top, $width, $height], $size, $sum);
    }

    private static function sum(int $first, int $second): int
    {
        [$wasExchanged, $firstX, $firstY] = self::ORIENTATIONS[$first];
        [$isExchanged, $signX, $signY] = self::ORIENTATIONS[$second];
        if ($isExchanged) {
            [$firstX, $firstY] = [$firstY, $firstX];
        }
        $sum = [$wasExchanged !== $isExchanged, $signX * $firstX, $signY * $firstY];
        return (int) array_search($sum, self::ORIENTATIONS, true);
    }

    /** @return array<string, int|string> in the language of the agent's protocol */
    public function query(): array
    {
        $isWhole = $this->crop === [0, 0, ...$this->whole];
        return array_filter([
            'orientation' => $this->orientation,
            'crop' => $isWhole ? null : implode(',', array_map(static fn (int $n): string => "{$n}px", $this->crop)),
            'resize' => implode(',', $this->size),
        ]);
    }
}
