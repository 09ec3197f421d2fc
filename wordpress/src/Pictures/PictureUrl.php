<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Uploads\UploadsDirectory;

/**
 * Writes the URLs of pictures that are made on the fly: an upload's URL with the uploads' base replaced by
 * TACHYON_URL, and what is wanted of it as a query. The filters are those of tachyon-plugin.
 */
final class PictureUrl
{
    private const EXTENSIONS = ['gif', 'jpg', 'jpeg', 'png', 'webp', 'avif'];

    /**
     * @param string       $pictures URL of the pictures, without a slash at its end
     * @param list<string> $uploads  URLs that mean this site's uploads, likewise
     * @param string       $version  the Tachyon that is spoken to; from 3.0.0 it takes presigned URLs
     */
    public function __construct(
        public readonly string $pictures,
        private readonly array $uploads,
        private readonly string $version = '3.0.0',
    ) {
    }

    /** For this site, whose uploads WordPress knows by now; null when TACHYON_URL is not defined. */
    public static function ofThisSite(UploadsDirectory $uploads): ?self
    {
        if (!defined('TACHYON_URL') || (string) constant('TACHYON_URL') === '') {
            return null;
        }
        $base = (string) wp_upload_dir(null, false)['baseurl'];
        $isCommon = $uploads->site() !== null;
        $own = $isCommon ? [self::withoutSite($base)] : []; // the edge makes pictures of what is in uploads/ only
        $version = defined('TACHYON_SERVER_VERSION') ? (string) constant('TACHYON_SERVER_VERSION') : '3.0.0';
        return new self(
            rtrim((string) constant('TACHYON_URL'), '/'),
            array_values(array_unique([...$own, rtrim((string) content_url(), '/') . '/uploads'])),
            (string) apply_filters('tachyon_server_version', $version),
        );
    }

    /** Whether pictures are made of it: an image among the uploads, of a format that is not a drawing. */
    public function isOriginal(string $url): bool
    {
        $path = (string) parse_url($url, PHP_URL_PATH);
        $can = in_array(strtolower(pathinfo($path, PATHINFO_EXTENSION)), self::EXTENSIONS, true)
            && $this->below($url) !== null;
        return (bool) apply_filters('tachyon_validate_image_url', $can, $url, parse_url($url));
    }

    /**
     * The URL of a picture; the given one where none is made.
     *
     * @param array<string, scalar> $arguments as `resize` => `300,200`
     */
    public function of(string $url, array $arguments = [], ?string $scheme = null): string
    {
        if ((bool) apply_filters('tachyon_skip_for_url', false, $url, $arguments, $scheme)) {
            return $url;
        }
        $url = (string) apply_filters('tachyon_pre_image_url', trim($url), $arguments, $scheme);
        $arguments = (array) apply_filters('tachyon_pre_args', $arguments, $url, $scheme);
        $below = $this->isOriginal($url) ? $this->below($url) : null;
        if ($below === null) {
            return $url;
        }
        $query = html_entity_decode((string) parse_url($url, PHP_URL_QUERY));
        if (str_contains($query, 'X-Amz-') && version_compare($this->version, '3.0.0', '>=')) {
            $arguments['presign'] = $query;
        }
        $arguments += self::leave($query);
        $picture = $this->pictures . '/' . self::encoded($below) . self::query($arguments);
        return (string) apply_filters('tachyon_url', $picture, $url, $arguments, $scheme);
    }

    /** A text with the URLs of pictures replaced by those of the uploads that they are made of. */
    public function uploadsIn(string $text): string
    {
        $picture = '~(?<![\w.-])(?:https?:)?//' . preg_quote(self::withoutScheme($this->pictures), '~')
            . '(/[^\s"\'<>()\\\\?]+)(?:\?(?:[^\s"\'<>()\\\\]|\\\\+u0026)*)?~i';
        return str_contains($text, self::withoutScheme($this->pictures) . '/')
            ? preg_replace_callback($picture, fn (array $url): string => $this->uploads[0] . $url[1], $text) ?? $text
            : $text;
    }

    /** The path below the uploads, decoded, without a slash before it. */
    private function below(string $url): ?string
    {
        $plain = self::withoutScheme(strtok($url, '?#') ?: '');
        foreach ($this->uploads as $uploads) {
            $base = self::withoutScheme($uploads) . '/';
            if (str_starts_with($plain, $base)) {
                return rawurldecode(substr($plain, strlen($base)));
            }
        }
        return null;
    }

    private static function encoded(string $path): string
    {
        return implode('/', array_map(rawurlencode(...), explode('/', $path)));
    }

    /** @param array<string, scalar> $arguments */
    private static function query(array $arguments): string
    {
        $pairs = [];
        foreach ($arguments as $name => $value) {
            $pairs[] = rawurlencode((string) $name) . '=' . rawurlencode((string) $value);
        }
        return $pairs === [] ? '' : '?' . implode('&', $pairs);
    }

    /**
     * What gives leave to see a private upload, and so its pictures.
     *
     * @return array<string, string>
     */
    private static function leave(string $query): array
    {
        parse_str($query, $pairs);
        return array_filter(
            $pairs,
            static fn (mixed $value, int|string $name): bool =>
                is_string($value) && in_array($name, ['aloft-expires', 'aloft-signature'], true),
            ARRAY_FILTER_USE_BOTH,
        );
    }

    private static function withoutScheme(string $url): string
    {
        return (string) preg_replace('~^(https?:)?//~i', '', $url);
    }

    /** A network keeps all its uploads below one URL; which site's they are is part of the path. */
    private static function withoutSite(string $base): string
    {
        return (string) preg_replace('~/sites/\d+$~', '', rtrim($base, '/'));
    }
}
