<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Puts the parts together, once for each PHP request: the s3:// wrapper everywhere, and what joins it to
 * WordPress where WordPress is.
 *
 * Everything is registered while the file is included, so that no plugin can read the uploads' path first.
 */
final class Plugin
{
    public static function start(Settings $settings): void
    {
        $files = new Files(new Agent($settings->socket));
        StreamWrapper::register($files, $settings->strict);
        if (function_exists('add_filter')) {
            self::joinWordPress($settings, $files);
        }
    }

    private static function joinWordPress(Settings $settings, Files $files): void
    {
        if ($settings->bucket === '') {
            (new MissingSettings())->register();
            return;
        }
        (new UploadsDirectory($settings, $files))->register();
        (new Uploading($files))->register();
        (new AttachmentDeletion($files))->register();
        (new ImageEditors())->register();
        Pictures::whenPluginsAreLoaded();
    }
}
