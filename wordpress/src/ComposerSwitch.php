<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The switch in a project's composer.json: `extra.altis.modules.cloud.s3-uploads: false` leaves WordPress as it
 * was, without wrapper and without filters.
 *
 * A file that is missing or is no JSON object switches nothing off.
 */
final class ComposerSwitch
{
    /** @param list<string> $folders where a composer.json may be */
    public function __construct(private readonly array $folders)
    {
    }

    /** The project's folder is WordPress's own, the one above it, or the one above the content folder. */
    public static function ofThisSite(): self
    {
        $folders = [];
        if (defined('ABSPATH')) {
            $folders = [ABSPATH, dirname(ABSPATH)];
        }
        if (defined('WP_CONTENT_DIR')) {
            $folders[] = dirname(WP_CONTENT_DIR);
        }
        return new self($folders);
    }

    public function isOff(): bool
    {
        foreach (array_unique(array_map(static fn (string $f): string => rtrim($f, '/'), $this->folders)) as $folder) {
            if ($this->isOffIn($folder . '/composer.json')) {
                return true;
            }
        }
        return false;
    }

    private function isOffIn(string $file): bool
    {
        $project = is_file($file) ? json_decode((string) @file_get_contents($file), true) : null;
        return is_array($project)
            && ($project['extra']['altis']['modules']['cloud']['s3-uploads'] ?? null) === false;
    }
}
