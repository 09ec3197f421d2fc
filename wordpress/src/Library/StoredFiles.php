<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * The files in the current site's uploads, from S3's listing, page by page.
 */
final class StoredFiles
{
    /** The folder of a network's main site that holds the uploads of the other sites. */
    private const OTHER_SITES = 'sites';

    private readonly S3Path $uploads;

    public function __construct(private readonly Files $files)
    {
        $this->uploads = S3Path::parse((string) wp_upload_dir(null, false)['basedir']);
    }

    /** The path of a file in the uploads. */
    public function path(string $name): S3Path
    {
        return S3Path::parse("$this->uploads/$name");
    }

    /** The name of a path below the uploads; null for a path elsewhere. */
    public function nameOf(string $path): ?string
    {
        return str_starts_with($path, "$this->uploads/") ? substr($path, strlen("$this->uploads/")) : null;
    }

    /** True for names in the uploads of other sites of the network. */
    public static function isOfOtherSites(string $prefix): bool
    {
        return self::holdsOtherSites() && str_starts_with($prefix, self::OTHER_SITES . '/');
    }

    private static function holdsOtherSites(): bool
    {
        return is_multisite() && is_main_site();
    }

    /**
     * Files whose names begin with the prefix, by name below the uploads, in the order of bytes.
     *
     * @return \Generator<string, FileInfo>
     */
    public function withPrefix(string $prefix): \Generator
    {
        $cut = strrpos($prefix, '/');
        $folder = $cut === false ? '' : substr($prefix, 0, $cut + 1);
        $skipped = $folder === '' && self::holdsOtherSites() ? self::OTHER_SITES : null;
        foreach ($this->entries($folder, substr($prefix, strlen($folder)), false) as $name => $entry) {
            if (!$entry->isDirectory) {
                yield $folder . $name => $entry;
            } elseif ((string) $name !== $skipped) {
                foreach ($this->entries("$folder$name/", '', true) as $below => $file) {
                    yield "$folder$name/$below" => $file;
                }
            }
        }
    }

    /** @return \Generator<array-key, FileInfo> none if there is no such folder */
    private function entries(string $folder, string $prefix, bool $isDeep): \Generator
    {
        $directory = S3Path::parse("$this->uploads/$folder");
        $next = null;
        do {
            try {
                $page = $this->files->list($directory, $prefix, $next, $isDeep);
            } catch (AgentException $failure) {
                if ($failure->status === AgentException::NOT_FOUND) {
                    return;
                }
                throw $failure;
            }
            yield from $page->entries;
            $next = $page->next;
        } while ($next !== null);
    }
}
