<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Uploads\UploadsDirectory;

/**
 * URLs of pictures made on the fly: an upload's URL with the base replaced by TACHYON_URL, and a query with the
 * arguments. The filters are those of tachyon-plugin.
 */
final class PictureUrl
{
    private const EXTENSIONS = ['gif', 'jpg', 'jpeg', 'png', 'webp', 'avif'];

    /**
     * @param string       $pictures URL of the pictures, without a trailing slash
     * @param list<string> $uploads  URLs of this site's uploads, without a trailing slash
     * @param string       $version  version of the Tachyon server; 3.0.0 and later accept presigned URLs
     */
    public function __construct(
        public readonly string $pictures,
        private readonly array $uploads,
        private readonly string $version = '3.0.0',
    ) {
    }

    /** The instance for the current site; null if TACHYON_URL is not defined. WordPress knows the uploads by now. */
    public static function ofThisSite(UploadsDirectory $uploads): ?self
    {
        if (!defined('TACHYON_URL') || (string) constant('TACHYON_URL') === '') {
            return null;
        }
        $base = (string) wp_upload_dir(null, false)['baseurl'];
        $isCommon = $uploads->site() !== null;
        $own = $isCommon ? [self::withoutSite($base)] : []; // the edge makes pictures of uploads/ only
        $version = defined('TACHYON_SERVER_VERSION') ? (string) constant('TACHYON_SERVER_VERSION') : '3.0.0';
        return new self(
            rtrim((string) constant('TACHYON_URL'), '/'),
            array_values(array_unique([...$own, rtrim((string) content_url(), '/') . '/uploads'])),
            (string) apply_filters('tachyon_server_version', $version),
        );
    }

    /** True for an upload in a raster format, from which pictures are made. */
    public function isOriginal(string $url): bool
    {
        $path = (string) parse_url($url, PHP_URL_PATH);
        $can = in_array(strtolower(pathinfo($path, PATHINFO_EXTENSION)), self::EXTENSIONS, true)
            && $this->below($url) !== null;
        return (bool) apply_filters('tachyon_validate_image_url', $can, $url, parse_url($url));
    }

    /**
     * The URL of a picture; the given URL if there is none.
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
        $arguments += self::signature($query);
        $picture = $this->pictures . '/' . self::encoded($below) . self::query($arguments);
        return (string) apply_filters('tachyon_url', $picture, $url, $arguments, $scheme);
    }

    /** Replaces the URLs of pictures in a text by those of their uploads. */
    public function uploadsIn(string $text): string
    {
        $picture = '~(?<![\w.-])(?:https?:)?//' . preg_quote(self::withoutScheme($this->pictures), '~')
            . '(/[^\s"\'<>()\\\\?]+)(?:\?(?:[^\s"\'<>()\\\\]|\\\\+u0026)*)?~i';
        return str_contains($text, self::withoutScheme($this->pictures) . '/')
            ? preg_replace_callback($picture, fn (array $url): string => $this->uploads[0] . $url[1], $text) ?? $text
            : $text;
    }

    /** The decoded path below the uploads, without a leading slash. */
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

    /** A path with its names encoded (RFC 3986). */
    public static function encoded(string $path): string
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
     * The signature of a private upload, which its pictures need too.
     *
     * @return array<string, string>
     */
    private static function signature(string $query): array
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

    /** The URL of all uploads of a network: the site's folder is part of a picture's path. */
    private static function withoutSite(string $base): string
    {
        return (string) preg_replace('~/sites/\d+$~', '', rtrim($base, '/'));
    }
}
