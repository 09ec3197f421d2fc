<?php

/** tachyon-plugin's function for themes. */

declare(strict_types=1);

use Aloft\Pictures\Pictures;

/** @param array<string, scalar>|string $args */
function tachyon_url(string $image_url, array|string $args = [], ?string $scheme = null): string
{
    if (is_string($args)) {
        parse_str($args, $args);
    }
    return Pictures::urlOfThisSite()?->of($image_url, $args, $scheme) ?? $image_url;
}
