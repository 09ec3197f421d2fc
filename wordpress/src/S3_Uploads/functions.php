<?php

declare(strict_types=1);

namespace S3_Uploads;

/** Does nothing: Aloft starts by itself. */
function init(): void
{
}

function check_requirements(): bool
{
    return true;
}

/** True if uploads go to the bucket: see S3_UPLOADS_AUTOENABLE and `wp s3-uploads enable`. */
function enabled(): bool
{
    return !defined('S3_UPLOADS_AUTOENABLE')
        || S3_UPLOADS_AUTOENABLE !== false
        || get_option('s3_uploads_enabled') === 'enabled';
}
