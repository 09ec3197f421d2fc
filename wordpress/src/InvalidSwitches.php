<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Notice for administrators of switches in the project's configuration that are not booleans.
 */
final class InvalidSwitches
{
    /** @param list<string> $names */
    public function __construct(private readonly array $names)
    {
    }

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
        printf('<div class="notice notice-error"><p>%s</p></div>', esc_html(sprintf(
            /* translators: %s: keys of a configuration */
            __('Aloft expects true or false in extra.altis of composer.json for %s.', 'aloft'),
            implode(', ', $this->names),
        )));
    }
}
