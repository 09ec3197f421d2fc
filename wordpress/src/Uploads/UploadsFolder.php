<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * The folder of the bucket that holds the current site's uploads, as S3-Uploads has it: where it lies below the content
 * folder. So it is `uploads`, `uploads/sites/2` for a site of a network, `media` where `upload_path` or `UPLOADS` is
 * `wp-content/media`, and `blogs.dir/2/files` for a site of a network from before WordPress 3.5
 * (`ms_files_rewriting`). A folder outside the content folder, as that of a server of before, means `uploads`.
 *
 * No two sites have the same one.
 */
final class UploadsFolder
{
    /** Where the edge looks for uploads unless it is told otherwise. */
    public const NAME = 'uploads';

    private const OLD_NETWORK = 'wp-content/blogs.dir';

    /** @param string $directory where WordPress itself would keep the site's uploads */
    public static function of(string $directory): string
    {
        $folder = (string) self::below($directory, [WP_CONTENT_DIR, ABSPATH . 'wp-content']);
        if (self::isOfOldNetwork()) {
            $folder = $folder !== '' ? $folder : (string) self::below($directory, [ABSPATH]);
            return $folder !== '' && $folder !== self::NAME ? $folder : self::ofOldNetwork();
        }
        return $folder !== '' ? $folder : self::NAME . self::site();
    }

    /** Whether a directory lies where it has no place of its own in the bucket. */
    public static function isElsewhere(string $directory): bool
    {
        return (string) self::below($directory, [WP_CONTENT_DIR, ABSPATH . 'wp-content']) === ''
            && !self::isOfOldNetwork();
    }

    /** Whether WordPress gives the site's uploads URLs below `/files/`. Main sites have `wp-content/uploads`. */
    public static function isOfOldNetwork(): bool
    {
        $isNewMainSite = is_main_network() && is_main_site() && defined('MULTISITE');
        return is_multisite() && !$isNewMainSite && (bool) get_site_option('ms_files_rewriting');
    }

    /** Of a site that names no folder of its own. */
    private static function ofOldNetwork(): string
    {
        $all = defined('UPLOADBLOGSDIR') ? (string) constant('UPLOADBLOGSDIR') : self::OLD_NETWORK;
        $all = (string) preg_replace('~^wp-content/~', '', trim($all, '/'));
        return "$all/" . get_current_blog_id() . '/files';
    }

    private static function site(): string
    {
        return is_multisite() && !is_main_site() ? '/sites/' . get_current_blog_id() : '';
    }

    /**
     * @param list<string> $roots
     * @return ?string the directory's path below the first of them that holds it
     */
    private static function below(string $directory, array $roots): ?string
    {
        foreach ($roots as $root) {
            $root = rtrim($root, '/') . '/';
            if (str_starts_with("$directory/", $root) && !str_contains("$directory/", '/../')) {
                return trim(substr("$directory/", strlen($root)), '/');
            }
        }
        return null;
    }
}
