<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Gives WordPress the URLs of pictures that are made on the fly wherever it shows an upload: by
 * wp_get_attachment_image() and its like, in srcset, and in the content of posts. Not where it edits.
 *
 * On when TACHYON_URL is defined and tachyon-plugin is not there to do the same.
 */
final class Pictures
{
    /** After every plugin has said what is in the content. */
    private const LATE = 999999;

    private ?PictureUrl $url = null;

    public static function whenPluginsAreLoaded(): void
    {
        add_action('plugins_loaded', static function (): void {
            if (defined('TACHYON_URL') && !function_exists('tachyon_url')) {
                require __DIR__ . '/tachyon_url.php';
                (new self())->register();
            }
        }, 0);
    }

    public function register(): void
    {
        add_filter('image_downsize', $this->downsize(...), 10, 3);
        add_filter('wp_calculate_image_srcset', $this->sources(...), 10, 5);
        add_filter('the_content', $this->content(...), self::LATE);
        add_filter('get_post_galleries', fn (array $galleries): array => array_map(
            fn (mixed $gallery): mixed => is_string($gallery) ? $this->content($gallery) : $gallery,
            $galleries,
        ), self::LATE);
        if (defined('ALOFT_DYNAMIC_ONLY') && filter_var(constant('ALOFT_DYNAMIC_ONLY'), FILTER_VALIDATE_BOOLEAN)) {
            (new DynamicSizes())->register();
        }
    }

    /** Whether somebody edits: what is shown then may be saved. */
    public static function isEditing(): bool
    {
        if (is_admin() && (bool) apply_filters('tachyon_disable_in_admin', true)) {
            return true;
        }
        return defined('REST_REQUEST') && constant('REST_REQUEST') && ($_GET['context'] ?? '') === 'edit';
    }

    /**
     * @param array<mixed>|false            $image what another filter has decided
     * @param string|array{0: int, 1: int}  $size
     * @return array<mixed>|false
     */
    private function downsize(array|bool $image, int|string $id, string|array $size): array|bool
    {
        $asked = ['image' => $image, 'attachment_id' => $id, 'size' => $size];
        $override = (bool) apply_filters('tachyon_override_image_downsize', false, $asked);
        if (self::isEditing() || $override) {
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
     * @param array<array{url: string, descriptor: string, value: int}>|false $sources
     * @param array<int> $size
     * @param array<string, mixed> $meta
     * @return array<array{url: string, descriptor: string, value: int}>|false
     */
    private function sources(array|bool $sources, array $size, string $shown, array $meta, int|string $id): array|bool
    {
        $original = wp_get_attachment_url((int) $id);
        if (!is_array($sources) || self::isEditing() || !is_string($original)) {
            return $sources;
        }
        parse_str((string) parse_url($shown, PHP_URL_QUERY), $query);
        $gravity = is_string($query['gravity'] ?? null) ? ['gravity' => $query['gravity']] : [];
        foreach ($sources as $i => $source) {
            if ($source['descriptor'] !== 'w' || !$this->url()->isOriginal($source['url'])) {
                continue;
            }
            $arguments = preg_match('~-(\d+)x(\d+)\.\w+$~', strtok($source['url'], '?') ?: '', $box) === 1
                ? ['resize' => $box[1] . ',' . $box[2]]
                : ['w' => $source['value']];
            $arguments = apply_filters('tachyon_srcset_image_args', $arguments + $gravity, $source, $shown, $meta, $id);
            $sources[$i]['url'] = $this->url()->of($original, $arguments);
        }
        return $sources;
    }

    private function content(string $html): string
    {
        if (self::isEditing() || !class_exists('WP_HTML_Tag_Processor') || !str_contains($html, '<img')) {
            return $html;
        }
        $tags = new \WP_HTML_Tag_Processor($html);
        while ($tags->next_tag('img')) {
            $image = ContentImage::read($tags, $this->url());
            $skip = $image === null
                || (bool) apply_filters('tachyon_skip_image', false, $image->shown, '', $html);
            if (!$skip) {
                $arguments = apply_filters('tachyon_post_image_args', $image->arguments(), ['src' => $image->shown]);
                $tags->set_attribute('src', $this->url()->of($image->original, $arguments));
            }
        }
        return $tags->get_updated_html();
    }

    /** Known only when somebody asks: by then every filter of the uploads' directory is in its place. */
    public function url(): PictureUrl
    {
        return $this->url ??= PictureUrl::ofThisSite() ?? throw new \LogicException('TACHYON_URL is not defined');
    }
}
