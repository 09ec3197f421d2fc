<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Files\Files;
use Aloft\Uploads\Editing;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Replaces URLs of uploads by those of pictures made on the fly wherever WordPress shows uploads: in
 * wp_get_attachment_image() and similar functions, in srcset, and in the content of posts. URLs stay unchanged while
 * editing.
 *
 * Active if TACHYON_URL is defined and tachyon-plugin is not.
 */
final class Pictures
{
    /** Runs after all other plugins. */
    private const LATE = 999999;

    private static ?UploadsDirectory $uploadsOfThisSite = null;

    private ?PictureUrl $url = null;
    private ?SignedPictures $signer = null;
    /** The number of filters that are running while a URL is created that will be signed with others; or null. */
    private ?int $unsignedDepth = null;

    private function __construct(private readonly Files $files, private readonly UploadsDirectory $uploads)
    {
    }

    public static function whenPluginsAreLoaded(Files $files, UploadsDirectory $uploads): void
    {
        add_action('plugins_loaded', static function () use ($files, $uploads): void {
            if (!defined('TACHYON_URL') || (string) constant('TACHYON_URL') === '') {
                return;
            }
            $pictures = new self($files, $uploads);
            self::$uploadsOfThisSite = $uploads;
            if (!function_exists('tachyon_url')) {
                require __DIR__ . '/tachyon_url.php';
                $pictures->register();
            }
            if (SignedPictures::areOn()) {
                $pictures->signWhatOthersMake();
            }
        }, 0);
    }

    /** Signs the URLs of tachyon-plugin, and those of themes and filters that call tachyon_url(). */
    private function signWhatOthersMake(): void
    {
        add_filter('tachyon_url', function (string $picture, string $upload): string {
            $isSignedLater = $this->unsignedDepth !== null && self::depth() === $this->unsignedDepth + 1;
            return $isSignedLater ? $picture : $this->signed([$picture])[$picture] ?? $upload;
        }, PHP_INT_MAX, 2);
    }

    /** The number of filters and actions that are running, each within the one before. */
    private static function depth(): int
    {
        return count($GLOBALS['wp_current_filter']);
    }

    public function register(): void
    {
        add_filter('image_downsize', $this->downsize(...), 10, 3);
        add_filter('wp_calculate_image_srcset_meta', $this->encodeNames(...), 10, 3);
        add_filter('wp_calculate_image_srcset', $this->sources(...), 10, 5);
        add_filter('the_content', $this->content(...), self::LATE);
        add_filter('wp_insert_post_data', $this->unmakeSaved(...), PHP_INT_MIN);
        Editing::register(new Hooks());
        add_filter('get_post_galleries', fn (array $galleries): array => array_map(
            fn (mixed $gallery): mixed => is_string($gallery) ? $this->content($gallery) : $gallery,
            $galleries,
        ), self::LATE);
        if (defined('ALOFT_DYNAMIC_ONLY') && filter_var(constant('ALOFT_DYNAMIC_ONLY'), FILTER_VALIDATE_BOOLEAN)) {
            (new DynamicSizes())->register();
        }
    }

    /**
     * Replaces the URLs of pictures in a post by those of uploads before it is saved.
     *
     * @param array<string, mixed> $post slashed
     * @return array<string, mixed>
     */
    private function unmakeSaved(array $post): array
    {
        foreach (['post_content', 'post_excerpt'] as $field) {
            $post[$field] = $this->url()->uploadsIn((string) ($post[$field] ?? ''));
        }
        return $post;
    }

    /**
     * @param array<mixed>|false            $image result of another filter
     * @param string|array{0: int, 1: int}  $size
     * @return array<mixed>|false
     */
    private function downsize(array|bool $image, int|string $id, string|array $size): array|bool
    {
        $asked = ['image' => $image, 'attachment_id' => $id, 'size' => $size];
        $override = (bool) apply_filters('tachyon_override_image_downsize', false, $asked);
        if (Editing::isOn() || $override) {
            return $image;
        }
        $url = wp_get_attachment_url((int) $id);
        $meta = wp_get_attachment_metadata((int) $id);
        if (!is_string($url) || !is_array($meta) || empty($meta['width']) || empty($meta['height'])) {
            return $image;
        }
        if (!$this->url()->isOriginal($url)) {
            return $image;
        }
        $wanted = PictureSize::named($size);
        if ($wanted === null) {
            return $size === 'full' ? [$this->url()->of($url), $meta['width'], $meta['height'], false] : $image;
        }
        [$arguments, $width, $height] = $wanted->of((int) $meta['width'], (int) $meta['height']);
        $filter = is_array($size) ? 'tachyon_image_downsize_array' : 'tachyon_image_downsize_string';
        $arguments = apply_filters($filter, $arguments, ['size' => $size, 'attachment_id' => $id, 'image_url' => $url]);
        return [$this->url()->of($url, $arguments), $width, $height, $arguments !== []];
    }

    /**
     * Encodes file names as in the URL of the image, where that is encoded: WordPress looks for one in the other, and
     * writes no srcset for "a b.jpg" in ".../a%20b.jpg".
     *
     * @param mixed $meta false for an attachment without metadata
     * @param mixed $size
     */
    private function encodeNames(mixed $meta, mixed $size, string $shown): mixed
    {
        $path = strtok($shown, '?#') ?: '';
        if (rawurldecode($path) === $path || !is_array($meta) || !is_string($meta['file'] ?? null)) {
            return $meta;
        }
        $meta['file'] = PictureUrl::encoded($meta['file']);
        foreach (is_array($meta['sizes'] ?? null) ? $meta['sizes'] : [] as $name => $each) {
            if (is_string($each['file'] ?? null)) {
                $meta['sizes'][$name]['file'] = PictureUrl::encoded($each['file']);
            }
        }
        return $meta;
    }

    /**
     * @param array<array{url: string, descriptor: string, value: int}>|false $sources
     * @param array<int> $size
     * @param array<string, mixed> $meta
     * @return array<array{url: string, descriptor: string, value: int}>|false
     */
    private function sources(array|bool $sources, array $size, string $shown, array $meta, int|string $id): array|bool
    {
        $original = wp_get_attachment_url((int) $id);
        if (!is_array($sources) || Editing::isOn() || !is_string($original)) {
            return $sources;
        }
        parse_str((string) parse_url($shown, PHP_URL_QUERY), $query);
        $gravity = is_string($query['gravity'] ?? null) ? $query['gravity'] : self::gravityOf($shown, $meta);
        $pictures = [];
        foreach ($sources as $i => $source) {
            if ($source['descriptor'] !== 'w' || !$this->url()->isOriginal($source['url'])) {
                continue;
            }
            $arguments = preg_match('~-(\d+)x(\d+)\.\w+$~', strtok($source['url'], '?') ?: '', $box) === 1
                ? ['resize' => $box[1] . ',' . $box[2]]
                : ['w' => $source['value']];
            if (isset($arguments['resize'])) {
                $own = $gravity !== '' ? $gravity : self::gravityOf($source['url'], $meta);
                $arguments += array_filter(['gravity' => $own]);
            }
            $arguments = apply_filters('tachyon_srcset_image_args', $arguments, $source, $shown, $meta, $id);
            $pictures[$i] = $this->unsigned($original, $arguments);
        }
        $signed = $this->signed(array_values($pictures));
        foreach ($pictures as $i => $picture) {
            $sources[$i]['url'] = $signed[$picture] ?? $sources[$i]['url'];
        }
        return $sources;
    }

    /**
     * The crop position of a file of the attachment; empty for the center.
     *
     * @param array<string, mixed> $meta with names that may be encoded
     */
    private static function gravityOf(string $url, array $meta): string
    {
        $file = basename((string) parse_url($url, PHP_URL_PATH));
        $size = PictureSize::ofFile($meta, $file) ?? PictureSize::ofFile($meta, rawurldecode($file));
        return PictureSize::gravity($size ?? '');
    }

    private function content(string $html): string
    {
        if (Editing::isOn() || !class_exists('WP_HTML_Tag_Processor') || !str_contains($html, '<img')) {
            return $html;
        }
        $pictures = [];
        $tags = new \WP_HTML_Tag_Processor($html);
        for ($number = 0; $tags->next_tag('img'); $number++) {
            $image = ContentImage::read($tags, $this->url());
            $skip = $image === null
                || (bool) apply_filters('tachyon_skip_image', false, $image->shown, '', $html);
            if (!$skip) {
                $arguments = apply_filters('tachyon_post_image_args', $image->arguments(), ['src' => $image->shown]);
                $pictures[$number] = $this->unsigned($image->original, $arguments);
            }
        }
        return $this->showing($html, $pictures);
    }

    /**
     * Replaces images in the content.
     *
     * @param array<int, string> $pictures by the number of the tag
     */
    private function showing(string $html, array $pictures): string
    {
        $signed = $this->signed(array_values($pictures));
        $tags = new \WP_HTML_Tag_Processor($html);
        for ($number = 0; $tags->next_tag('img'); $number++) {
            $picture = $signed[$pictures[$number] ?? ''] ?? null;
            if ($picture !== null) {
                $tags->set_attribute('src', $picture);
            }
        }
        return $tags->get_updated_html();
    }

    /** @param array<string, scalar> $arguments */
    private function unsigned(string $upload, array $arguments): string
    {
        $outer = $this->unsignedDepth;
        $this->unsignedDepth = self::depth();
        try {
            return $this->url()->of($upload, $arguments);
        } finally {
            $this->unsignedDepth = $outer;
        }
    }

    /**
     * @param list<string> $pictures
     * @return array<string, ?string> by unsigned URL; null if it cannot be signed
     */
    private function signed(array $pictures): array
    {
        if (!SignedPictures::areOn()) {
            return array_combine($pictures, $pictures);
        }
        $this->signer ??= new SignedPictures($this->files, $this->uploads->root(), $this->url()->pictures);
        return $this->signer->sign($pictures);
    }

    /** The instance for the current site, for themes; null if pictures are off. */
    public static function urlOfThisSite(): ?PictureUrl
    {
        return self::$uploadsOfThisSite === null ? null : PictureUrl::ofThisSite(self::$uploadsOfThisSite);
    }

    /** Created on first use, when every filter of the uploads directory is registered. */
    private function url(): PictureUrl
    {
        return $this->url ??= PictureUrl::ofThisSite($this->uploads)
            ?? throw new \LogicException('TACHYON_URL is not defined');
    }
}
