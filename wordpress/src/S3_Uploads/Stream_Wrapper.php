<?php

declare(strict_types=1);

namespace S3_Uploads;

use Aloft\S3Uploads;

/**
 * S3-Uploads' name of the s3:// wrapper. Aloft's is registered instead.
 */
final class Stream_Wrapper
{
    public static function register(?Plugin $plugin = null, string $protocol = 's3', ?object $cache = null): void
    {
        S3Uploads::registerWrapper();
    }
}
