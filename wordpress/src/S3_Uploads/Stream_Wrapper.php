<?php

declare(strict_types=1);

namespace S3_Uploads;

use Aloft\S3Uploads;

/**
 * What S3-Uploads calls its s3:// wrapper: Aloft's takes its place.
 */
final class Stream_Wrapper
{
    public static function register(?Plugin $plugin = null, string $protocol = 's3', ?object $cache = null): void
    {
        S3Uploads::registerWrapper();
    }
}
