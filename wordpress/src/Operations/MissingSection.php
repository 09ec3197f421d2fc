<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * In place of a section whose figures the agent did not report: the reason.
 */
final class MissingSection implements Section
{
    public function __construct(private readonly string $title, private readonly string $reason)
    {
    }

    public function tiles(): string
    {
        return Tile::html($this->title, '–', __('not known now', 'aloft'));
    }

    public function html(): string
    {
        return '<section class="aloft-card"><h2>' . esc_html($this->title) . '</h2><p>'
            . esc_html(self::text($this->reason)) . '</p></section>';
    }

    public static function text(string $reason): string
    {
        /* translators: %s: reason */
        return sprintf(__('Not known now: %s. Reload the page to ask again.', 'aloft'), rtrim($reason, '.'));
    }
}
