<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * A result of a check.
 */
final class Finding
{
    public const GOOD = 'good';
    public const RECOMMENDED = 'recommended';
    public const CRITICAL = 'critical';

    /**
     * @param string $status one of WordPress's three
     * @param string $label  result in a few words
     * @param string $text   meaning, and the action to take
     */
    public function __construct(
        public readonly string $status,
        public readonly string $label,
        public readonly string $text,
    ) {
    }

    public static function good(string $label, string $text): self
    {
        return new self(self::GOOD, $label, $text);
    }

    public static function recommended(string $label, string $text): self
    {
        return new self(self::RECOMMENDED, $label, $text);
    }

    public static function critical(string $label, string $text): self
    {
        return new self(self::CRITICAL, $label, $text);
    }
}
