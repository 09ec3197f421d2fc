<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * The folder in the bucket that holds the current site's uploads: its path below the content folder, as in S3-Uploads.
 * Examples: `uploads`; `uploads/sites/2` for a site of a network; `media` where `upload_path` or `UPLOADS` is
 * `wp-content/media`; `blogs.dir/2/files` in a network from before WordPress 3.5 (`ms_files_rewriting`). A folder
 * outside the content folder, such as a path of a previous server, becomes `uploads`.
 *
 * Every site has a different folder.
 */
final class UploadsFolder
{
    /** The folder that the edge serves by default. */
    public const NAME = 'uploads';

    private const OLD_NETWORK = 'wp-content/blogs.dir';

    /** @param string $directory WordPress's own uploads directory of the site */
    public static function of(string $directory): string
    {
        $folder = (string) self::below($directory, [WP_CONTENT_DIR, ABSPATH . 'wp-content']);
        if (self::isOfOldNetwork()) {
            $folder = $folder !== '' ? $folder : (string) self::below($directory, [ABSPATH]);
            return $folder !== '' && $folder !== self::NAME ? $folder : self::ofOldNetwork();
        }
        return $folder !== '' ? $folder : self::NAME . self::site();
    }

    /** True for a directory outside the content folder, which has no counterpart in the bucket. */
    public static function isElsewhere(string $directory): bool
    {
        return (string) self::below($directory, [WP_CONTENT_DIR, ABSPATH . 'wp-content']) === ''
            && !self::isOfOldNetwork();
    }

    /** True where WordPress gives uploads URLs below `/files/`. Main sites use `wp-content/uploads`. */
    public static function isOfOldNetwork(): bool
    {
        $isNewMainSite = is_main_network() && is_main_site() && defined('MULTISITE');
        return is_multisite() && !$isNewMainSite && (bool) get_site_option('ms_files_rewriting');
    }

    /** The default folder of a site. */
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
