<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\LocalFolder;

/**
 * Keeps the temporary uploads of Contact Form 7 on this host, until the mail is sent: the plugin checks their place
 * with realpath(). Constants that the site defines stay in effect.
 */
final class ContactForm7
{
    public static function isThere(): bool
    {
        return defined('WPCF7_VERSION');
    }

    public function register(): void
    {
        if (defined('WPCF7_UPLOADS_TMP_DIR')) {
            return;
        }
        if (!defined('WP_TEMP_DIR')) {
            define('WP_TEMP_DIR', get_temp_dir());
        }
        $site = substr(md5(ABSPATH), 0, 12);
        define('WPCF7_UPLOADS_TMP_DIR', LocalFolder::in((string) constant('WP_TEMP_DIR')) . "/forms-$site");
    }
}
