<?php

declare(strict_types=1);

namespace Aloft\Pictures;

/**
 * An <img> in the content of a post, with its original and size.
 */
final class ContentImage
{
    private function __construct(
        public readonly string $shown,
        public readonly string $original,
        private readonly ?int $width,
        private readonly ?int $height,
        private readonly string $transform,
        private readonly string $place,
    ) {
    }

    /** The image at a tag; null if its upload is not an original of pictures. */
    public static function read(\WP_HTML_Tag_Processor $tag, PictureUrl $pictures): ?self
    {
        $shown = $tag->get_attribute('src');
        if (!is_string($shown) || !$pictures->isOriginal($shown)) {
            return null;
        }
        $class = (string) $tag->get_attribute('class');
        $id = preg_match('~\bwp-image-(\d+)\b~', $class, $m) === 1 ? (int) $m[1] : 0;
        $original = self::original($shown, $id);
        $size = self::sizeName($shown, $id, $class);
        [$width, $height, $transform] = self::size($tag, $size, $shown);
        return new self(
            $shown,
            $original,
            self::atMost($width, $height),
            self::height($width, $height),
            $transform,
            PictureSize::gravity($size),
        );
    }

    /** @return array<string, scalar> */
    public function arguments(): array
    {
        if ($this->width !== null && $this->height !== null) {
            $gravity = $this->transform === 'resize' && $this->place !== '' ? ['gravity' => $this->place] : [];
            return [$this->transform => $this->width . ',' . $this->height] + $gravity;
        }
        return array_filter(['w' => $this->width, 'h' => $this->height]);
    }

    /**
     * The original of a sub-size: the attachment's main file, if its metadata lists the size or the name is that of the
     * main file with a size; without an attachment, the file of that name, if it exists. Other files are originals.
     */
    private static function original(string $shown, int $id): string
    {
        $name = rawurldecode(basename((string) parse_url($shown, PHP_URL_PATH)));
        $isSigned = str_contains($shown, 'aloft-signature='); // of the same file
        if ($isSigned || preg_match('~^(.+)-\d+x\d+(\.\w+)$~', $name, $parts) !== 1) {
            return $shown;
        }
        $folder = dirname(strtok($shown, '?') ?: '');
        $meta = $id > 0 ? wp_get_attachment_metadata($id) : false;
        if (is_array($meta) && isset($meta['file'])) {
            $isOwn = in_array($name, array_column((array) ($meta['sizes'] ?? []), 'file'), true)
                || in_array($parts[1] . $parts[2], [basename($meta['file']), $meta['original_image'] ?? ''], true);
            return $isOwn ? $folder . '/' . rawurlencode(basename($meta['file'])) : $shown;
        }
        $uploads = wp_upload_dir(null, false);
        $base = (string) $uploads['baseurl'];
        $path = str_starts_with($folder, $base) ? $uploads['basedir'] . substr($folder, strlen($base)) : null;
        $original = $parts[1] . $parts[2];
        $there = $path !== null && file_exists($path . '/' . $original);
        return $there ? $folder . '/' . rawurlencode($original) : $shown;
    }

    /** The size's name according to the attachment's metadata, else the editor's class. */
    private static function sizeName(string $shown, int $id, string $class): string
    {
        $meta = $id > 0 ? wp_get_attachment_metadata($id) : false;
        $file = rawurldecode(basename((string) parse_url($shown, PHP_URL_PATH)));
        $name = is_array($meta) ? PictureSize::ofFile($meta, $file) : null;
        return $name ?? (preg_match('~\bsize-([\w-]+)~', $class, $m) === 1 ? $m[1] : 'full');
    }

    /** @return array{0: ?int, 1: ?int, 2: string} width, height and mode */
    private static function size(\WP_HTML_Tag_Processor $tag, string $name, string $shown): array
    {
        $width = self::pixels($tag->get_attribute('width'));
        $height = self::pixels($tag->get_attribute('height'));
        if ($width !== null || $height !== null) {
            return [$width, $height, 'resize'];
        }
        if (preg_match('~-(\d+)x(\d+)\.\w+$~', strtok($shown, '?') ?: '', $box) === 1) {
            return [(int) $box[1], (int) $box[2], 'resize'];
        }
        $known = wp_get_registered_image_subsizes()[$name] ?? null;
        if ($known === null) {
            return [null, null, 'fit'];
        }
        return [((int) $known['width']) ?: null, ((int) $known['height']) ?: null, $known['crop'] ? 'resize' : 'fit'];
    }

    private static function pixels(mixed $attribute): ?int
    {
        return is_string($attribute) && preg_match('~^\d+$~', $attribute) === 1 && (int) $attribute > 0
            ? (int) $attribute
            : null;
    }

    /** Limits the width to the theme's content width. */
    private static function atMost(?int $width, ?int $height): ?int
    {
        $limit = self::contentWidth();
        return $limit !== null && ($width !== null ? $width > $limit : $height === null) ? $limit : $width;
    }

    private static function height(?int $width, ?int $height): ?int
    {
        $limit = self::contentWidth();
        return $limit !== null && $width !== null && $height !== null && $width > $limit
            ? max(1, (int) round($height * $limit / $width))
            : $height;
    }

    private static function contentWidth(): ?int
    {
        $width = $GLOBALS['content_width'] ?? null;
        return is_numeric($width) && (int) $width > 0 ? (int) $width : null;
    }
}
