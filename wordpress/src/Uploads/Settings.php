<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * What the site says about itself, in constants (wp-config.php) or in the environment; a constant wins.
 *
 * The names of S3-Uploads are understood where Aloft's own are not given.
 */
final class Settings
{
    /**
     * @param string  $socket the agent's Unix socket
     * @param string  $bucket "bucket" or "bucket/prefix"; empty when the site does not say
     * @param ?string $url    URL of the uploads' parent, without a trailing slash; null for the site's own
     * @param bool    $strict whether a write that fails in flush or close throws
     * @param bool    $keepsUrls whether uploads keep the URLs that WordPress gives them
     * @param bool    $isOff   whether uploads stay on the server, though a bucket is named
     * @param ?string $cacheControl of what is written, where the agent has no rule; a number means seconds
     * @param bool    $arePrivate whether every new upload is private
     */
    public function __construct(
        public readonly string $socket,
        public readonly string $bucket,
        public readonly ?string $url,
        public readonly bool $strict,
        public readonly bool $keepsUrls = false,
        public readonly bool $isOff = false,
        public readonly ?string $cacheControl = null,
        public readonly bool $arePrivate = false,
    ) {
    }

    public static function read(): self
    {
        $url = self::first('ALOFT_URL', 'S3_UPLOADS_BUCKET_URL');
        return new self(
            self::first('ALOFT_SOCKET') ?? '/run/aloft/agent.sock',
            trim(self::first('ALOFT_BUCKET', 'S3_UPLOADS_BUCKET') ?? '', '/'),
            $url === null ? null : rtrim($url, '/'),
            self::isTrue('ALOFT_STRICT', true),
            self::isTrue('S3_UPLOADS_DISABLE_REPLACE_UPLOAD_URL', false),
            self::isTrue('S3_UPLOADS_USE_LOCAL', false) || !self::isTrue('S3_UPLOADS_AUTOENABLE', true)
                && (!function_exists('get_option') || get_option('s3_uploads_enabled') !== 'enabled'),
            self::first('S3_UPLOADS_HTTP_CACHE_CONTROL'),
            self::isTrue('ALOFT_PRIVATE_UPLOADS', false),
        );
    }

    private static function isTrue(string $name, bool $unlessGiven): bool
    {
        return filter_var(self::first($name) ?? $unlessGiven, FILTER_VALIDATE_BOOLEAN);
    }

    /** The first of these that is given and not empty; a boolean constant as "true" or "false". */
    private static function first(string ...$names): ?string
    {
        foreach ($names as $name) {
            $value = defined($name) ? constant($name) : self::environment($name);
            if (is_bool($value)) {
                return $value ? 'true' : 'false';
            }
            if (is_scalar($value) && (string) $value !== '') {
                return (string) $value;
            }
        }
        return null;
    }

    private static function environment(string $name): string
    {
        $value = getenv($name);
        return $value === false ? '' : $value;
    }
}
