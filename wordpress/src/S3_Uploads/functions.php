<?php

declare(strict_types=1);

namespace S3_Uploads;

/** Aloft has begun by itself. */
function init(): void
{
}

function check_requirements(): bool
{
    return true;
}

/** Whether uploads go to the bucket: the constant S3_UPLOADS_AUTOENABLE, and `wp s3-uploads enable` where it is false. */
function enabled(): bool
{
    return !defined('S3_UPLOADS_AUTOENABLE')
        || S3_UPLOADS_AUTOENABLE !== false
        || get_option('s3_uploads_enabled') === 'enabled';
}
