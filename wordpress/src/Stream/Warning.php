<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;

/**
 * A PHP warning with the tag `aloft:`, which operators can search their logs for.
 */
final class Warning
{
    /** @return false for the caller to return */
    public static function give(string $what, ?AgentException $why = null): bool
    {
        trigger_error("aloft: $what" . ($why === null ? '' : ": {$why->getMessage()}"), E_USER_WARNING);
        return false;
    }
}
