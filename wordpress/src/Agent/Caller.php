<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The place in the site's code from which the agent is asked, for the failures that operators see.
 */
final class Caller
{
    private const CORE = '~^(?:wp-(?:admin|includes)/|[^/]+$)~';
    private const MAX_LENGTH = 200;

    /**
     * File, line and function, such as "wp-content/plugins/shop/export.php:12 Shop\Export::save": the innermost place
     * in a plugin or theme, else the innermost in WordPress. Printable ASCII; empty if there is none.
     */
    public static function now(): string
    {
        $root = defined('ABSPATH') ? ABSPATH : '/';
        $calls = debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS);
        $found = '';
        foreach ($calls as $index => $call) {
            $file = $call['file'] ?? __FILE__; // PHP itself has called it.
            if (str_starts_with($file, dirname(__DIR__) . '/')) {
                continue;
            }
            $file = str_starts_with($file, $root) ? substr($file, strlen($root)) : $file;
            $isCore = preg_match(self::CORE, $file) === 1;
            if ($found === '' || !$isCore) {
                $found = "$file:{$call['line']}" . self::function($calls[$index + 1] ?? []);
            }
            if (!$isCore) {
                break;
            }
        }
        return substr((string) preg_replace('/[^\x20-\x7e]/', '?', $found), 0, self::MAX_LENGTH);
    }

    /** @param array<string, mixed> $call around the place; empty outside of functions */
    private static function function(array $call): string
    {
        return $call === [] ? '' : ' ' . ($call['class'] ?? '') . ($call['type'] ?? '') . $call['function'];
    }
}
