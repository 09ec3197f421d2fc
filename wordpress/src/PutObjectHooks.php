<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The hooks of S3-Uploads around a write: the filter `s3_uploads_putObject_params`, of whose result the type of the
 * content has a meaning here, and the action `s3_uploads_putObject`. They cost nothing where nobody listens.
 */
final class PutObjectHooks
{
    /**
     * @return array<string, string> headers of the request that writes
     */
    public function before(S3Path $path): array
    {
        if (!has_filter('s3_uploads_putObject_params')) {
            return [];
        }
        $type = apply_filters('s3_uploads_putObject_params', self::parameters($path))['ContentType'] ?? null;
        return is_string($type) && preg_match('~^[\w.+-]+/[\w.+-]+(?:; ?[\w-]+="?[\w.-]+"?)?$~', $type) === 1
            ? ['Content-Type' => $type]
            : [];
    }

    public function after(S3Path $path): void
    {
        if (has_action('s3_uploads_putObject')) {
            do_action('s3_uploads_putObject', self::parameters($path));
        }
    }

    /** @return array{Bucket: string, Key: string} */
    private static function parameters(S3Path $path): array
    {
        return ['Bucket' => $path->bucket, 'Key' => $path->key];
    }
}
