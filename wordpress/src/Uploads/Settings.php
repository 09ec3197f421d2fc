<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Settings of the site, from constants (wp-config.php) or the environment. A constant wins.
 *
 * The names of S3-Uploads are understood where Aloft's own are not set.
 */
final class Settings
{
    /**
     * @param string  $socket the agent's Unix socket
     * @param string  $bucket "bucket" or "bucket/prefix"; empty if not set
     * @param ?string $url    URL of the uploads' parent, without a trailing slash; null for the site's own
     * @param bool    $strict throw an exception when flush or close fails to write
     * @param bool    $keepsUrls keep the URLs that WordPress gives to uploads
     * @param bool    $isOff   keep uploads on the server although a bucket is set
     * @param ?string $cacheControl for written files without a rule in the agent; a number means seconds
     * @param bool    $arePrivate make every new upload private
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

    /** The first setting that is not empty; a boolean constant as "true" or "false". */
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
