<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * The file wp-content/object-cache.php: Aloft's, another plugin's, or missing.
 */
final class ObjectCacheDropIn
{
    private const NAME = 'Aloft object cache:';

    private function __construct(private readonly string $source, private readonly string $place)
    {
    }

    public static function ofThisSite(): self
    {
        return new self(dirname(__DIR__, 2) . '/object-cache.php', WP_CONTENT_DIR . '/object-cache.php');
    }

    public function path(): string
    {
        return $this->place;
    }

    public function exists(): bool
    {
        return is_file($this->place);
    }

    /** True for Aloft's, of any version. */
    public function isOurs(): bool
    {
        return str_contains((string) @file_get_contents($this->place, false, null, 0, 1000), self::NAME);
    }

    /** True if the project's composer.json switches it off. */
    public function isOff(): bool
    {
        return $this->isOurs() && !wp_using_ext_object_cache();
    }

    /** True for the version of this plugin. */
    public function isCurrent(): bool
    {
        return (string) @file_get_contents($this->place) === (string) @file_get_contents($this->source);
    }

    /** Returns false if the file cannot be written. */
    public function install(): bool
    {
        $draft = "$this->place." . bin2hex(random_bytes(6));
        if (@copy($this->source, $draft) && @rename($draft, $this->place)) {
            return true;
        }
        @unlink($draft);
        return false;
    }

    /** Returns false if the file cannot be deleted. */
    public function remove(): bool
    {
        return @unlink($this->place);
    }
}
