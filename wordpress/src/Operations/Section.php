<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * A part of the page under Tools, as HTML with escaped texts.
 */
interface Section
{
    /** Its most important figures, as {@see Tile}s. */
    public function tiles(): string;

    /** Its cards; empty if it has only figures. */
    public function html(): string;
}
