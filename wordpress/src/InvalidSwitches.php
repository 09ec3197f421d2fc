<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Tells an administrator of switches in the project's configuration that are no switches.
 */
final class InvalidSwitches
{
    /** @param list<string> $names */
    public function __construct(private readonly array $names)
    {
    }

    /** Where there is something to tell, in WordPress. */
    public function register(): void
    {
        if ($this->names !== [] && function_exists('add_action')) {
            add_action('admin_notices', $this->show(...));
        }
    }

    private function show(): void
    {
        if (!current_user_can('manage_options')) {
            return;
        }
        printf('<div class="notice notice-error"><p><strong>Aloft</strong> %s</p></div>', esc_html(sprintf(
            /* translators: %s: keys of a configuration */
            __('expects true or false in extra.altis of composer.json for %s.', 'aloft'),
            implode(', ', $this->names),
        )));
    }
}
