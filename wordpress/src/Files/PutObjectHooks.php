<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * Properties of a file that is written: type, Cache-Control and privacy. The hooks of S3-Uploads are called:
 * `ContentType` and `CacheControl` returned by the filter `s3_uploads_putObject_params` take effect, and the action
 * `s3_uploads_putObject` follows the write. Without callbacks they cost nothing.
 */
final class PutObjectHooks
{
    private const TYPE = '~^[\w.+-]+/[\w.+-]+(?:; ?[\w-]+="?[\w.-]+"?)?$~';
    private const DIRECTIVE = '[A-Za-z][A-Za-z-]*(?:=(?:\d{1,10}|"[\w ,-]*"))?';
    private const MAX_CACHE_CONTROL = 200;

    private ?WritePrivacy $privacy = null;

    /** @param ?string $cacheControl of every file, unless the filter changes it */
    public function __construct(private readonly ?string $cacheControl = null)
    {
    }

    public function ask(WritePrivacy $privacy): void
    {
        $this->privacy = $privacy;
    }

    public function isPrivate(S3Path $path): bool
    {
        return $this->privacy?->isPrivate($path) ?? false;
    }

    /**
     * @return array<string, string> headers of the request that writes
     */
    public function before(S3Path $path): array
    {
        $parameters = self::parameters($path);
        if ($this->cacheControl !== null) {
            $parameters['CacheControl'] = $this->cacheControl;
        }
        if (has_filter('s3_uploads_putObject_params')) {
            $parameters = (array) apply_filters('s3_uploads_putObject_params', $parameters);
        }
        return array_filter([
            'Content-Type' => self::matching(self::TYPE, $parameters['ContentType'] ?? null),
            'Cache-Control' => self::directives($parameters['CacheControl'] ?? null),
            'Aloft-Private' => $this->isPrivate($path) ? '1' : null,
        ]);
    }

    public function after(S3Path $path): void
    {
        if (has_action('s3_uploads_putObject')) {
            do_action('s3_uploads_putObject', self::parameters($path));
        }
    }

    /** A value that the agent accepts; null for others, which must not fail the write. */
    private static function directives(mixed $value): ?string
    {
        $value = is_numeric($value) ? "max-age=$value" : $value;
        $pattern = '~^' . self::DIRECTIVE . '(?: *, *' . self::DIRECTIVE . ')*$~';
        return is_string($value) && strlen($value) <= self::MAX_CACHE_CONTROL ? self::matching($pattern, $value) : null;
    }

    private static function matching(string $pattern, mixed $value): ?string
    {
        return is_string($value) && preg_match($pattern . 'D', $value) === 1 ? $value : null;
    }

    /** @return array{Bucket: string, Key: string} */
    private static function parameters(S3Path $path): array
    {
        return ['Bucket' => $path->bucket, 'Key' => $path->key];
    }
}
