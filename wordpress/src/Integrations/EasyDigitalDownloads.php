<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Lets PHP send the uploads that Easy Digital Downloads sells. By default the plugin takes them for remote files, and
 * redirects the buyer to a URL that the edge denies, or to `s3://…`.
 */
final class EasyDigitalDownloads
{
    private bool $isOwn = false;

    private readonly NamedUploads $named;

    public function __construct(private readonly UploadsDirectory $uploads)
    {
        $this->named = new NamedUploads($uploads);
    }

    public static function isThere(): bool
    {
        return class_exists('Easy_Digital_Downloads', false);
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('edd_requested_file', $this->path(...), PHP_INT_MAX);
        $hooks->add('edd_is_local_file', $this->isLocal(...), 10, 2);
        $hooks->add('edd_local_file_location_is_allowed', $this->isAllowed(...), 10, 2);
        $hooks->add('edd_ignore_x_accel_redirect', fn (mixed $isIgnored): mixed => $this->isOwn ?: $isIgnored);
    }

    private function path(mixed $file): mixed
    {
        $file = $this->named->path($file) ?? $file;
        $this->isOwn = is_string($file) && $this->uploads->holds($file);
        return $file;
    }

    private function isLocal(mixed $isLocal, mixed $file = null): mixed
    {
        return is_string($file) && $this->uploads->holds($file) ? true : $isLocal;
    }

    /** @param mixed $details what parse_url() makes of the path */
    private function isAllowed(mixed $isAllowed, mixed $details = null): mixed
    {
        $isUpload = is_array($details) && strcasecmp((string) ($details['scheme'] ?? ''), 's3') === 0
            && $this->uploads->holds('s3://' . ($details['host'] ?? '') . ($details['path'] ?? ''));
        return $isUpload ? true : $isAllowed;
    }
}
