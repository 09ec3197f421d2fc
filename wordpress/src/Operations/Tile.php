<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * One figure in large type, with a label and a detail; a group of a description list. All texts are escaped here.
 */
final class Tile
{
    public static function html(string $label, string $value, string $detail): string
    {
        return '<div class="aloft-tile"><dt>' . esc_html($label) . '</dt><dd>' . esc_html($value) . '</dd><dd>'
            . esc_html($detail) . '</dd></div>';
    }
}
