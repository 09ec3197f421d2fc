<?php

declare(strict_types=1);

namespace Aloft;

use Aloft\Uploads\Hooks;

/**
 * Tells an administrator that Aloft is there and does not know its bucket, so that uploads stay on the server.
 */
final class MissingSettings
{
    public function register(Hooks $hooks): void
    {
        $hooks->add('admin_notices', static function (): void {
            if (current_user_can('manage_options')) {
                echo '<div class="notice notice-error"><p><strong>Aloft</strong> keeps no uploads yet: '
                    . 'define <code>ALOFT_BUCKET</code> as <code>bucket</code> or <code>bucket/prefix</code> '
                    . 'in wp-config.php, or in the environment of PHP.</p></div>';
            }
        });
    }
}
