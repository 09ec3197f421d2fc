<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Site Health of a site whose code is deployed from outside: WordPress changes no code there, by DISALLOW_FILE_MODS.
 *
 * WordPress's own tests complain that it cannot update itself. They are replaced by one that says who does. Tests of
 * versions stay.
 */
final class DeployedCode
{
    /** Tests of WordPress that ask whether it can update its code. */
    private const UPDATES = [
        'background_updates',
        'plugin_theme_auto_updates',
        'update_temp_backup_writable',
        'available_updates_disk_space',
    ];

    /** Tests of WordPress that ask whether it can reach other sites. */
    private const REQUESTS = ['http_requests', 'dotorg_communication'];

    /** @return list<string> names of WordPress's tests that do not apply */
    public function replaced(): array
    {
        return !self::isDeployed() ? [] : [...self::UPDATES, ...self::isClosed() ? self::REQUESTS : []];
    }

    /** @return array<string, \Closure(): Finding> by name */
    public function checks(): array
    {
        return !self::isDeployed() ? [] : ['updates' => $this->updates(...)]
            + (self::isClosed() ? ['requests' => $this->requests(...)] : []);
    }

    private function updates(): Finding
    {
        return Finding::good(
            __('Updates are deployed', 'aloft'),
            __('DISALLOW_FILE_MODS is set, so WordPress does not update itself. Update WordPress, plugins and themes'
                . ' by the deployment of this site.', 'aloft'),
        );
    }

    private function requests(): Finding
    {
        return Finding::recommended(
            __('WordPress does not learn of updates', 'aloft'),
            __('WP_HTTP_BLOCK_EXTERNAL blocks requests to other sites, so WordPress cannot check for new versions.'
                . ' Check for them in the deployment of this site, or add *.wordpress.org to'
                . ' WP_ACCESSIBLE_HOSTS.', 'aloft'),
        );
    }

    private static function isDeployed(): bool
    {
        return !wp_is_file_mod_allowed('aloft_site_health');
    }

    /** True if no other site may be asked. With a list of hosts, WordPress's own tests say what is missing on it. */
    private static function isClosed(): bool
    {
        return defined('WP_HTTP_BLOCK_EXTERNAL') && WP_HTTP_BLOCK_EXTERNAL && !defined('WP_ACCESSIBLE_HOSTS');
    }
}
