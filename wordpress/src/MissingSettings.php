<?php

declare(strict_types=1);

namespace Aloft;

use Aloft\Uploads\Hooks;

/**
 * Notice for administrators of a site that names no bucket, whose uploads stay on the server.
 */
final class MissingSettings
{
    public function register(Hooks $hooks): void
    {
        $hooks->add('admin_notices', static function (): void {
            if (current_user_can('manage_options')) {
                printf('<div class="notice notice-error"><p>%s</p></div>', wp_kses(
                    /* translators: leave what is inside <code> as it is */
                    __('<strong>Aloft</strong> stores no uploads yet. Define <code>ALOFT_BUCKET</code> as'
                        . ' <code>bucket</code> or <code>bucket/prefix</code> in wp-config.php or in the environment of'
                        . ' PHP.', 'aloft'),
                    ['strong' => [], 'code' => []],
                ));
            }
        });
    }
}
