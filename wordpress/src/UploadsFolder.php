<?php

declare(strict_types=1);

namespace Aloft;

/**
 * The folder of the bucket that holds the current site's uploads: `uploads`, `uploads/sites/2` for a site of a
 * network, `blogs.dir/2/files` for a site of a network from before WordPress 3.5 (`ms_files_rewriting`), where it lies
 * as it lies below the content folder. No two sites have the same one.
 */
final class UploadsFolder
{
    /** What every site but those of such old networks has its uploads in. */
    public const NAME = 'uploads';

    private const OLD_NETWORK = 'wp-content/blogs.dir';

    /** @param string $directory where WordPress itself would keep the site's uploads */
    public static function of(string $directory): string
    {
        if (!self::isOfOldNetwork()) {
            return self::NAME . self::site($directory);
        }
        $folder = self::below($directory, [WP_CONTENT_DIR, ABSPATH . 'wp-content', ABSPATH]);
        if ($folder !== null && $folder !== '' && $folder !== self::NAME) {
            return $folder;
        }
        $all = defined('UPLOADBLOGSDIR') ? (string) constant('UPLOADBLOGSDIR') : self::OLD_NETWORK;
        $all = (string) preg_replace('~^wp-content/~', '', trim($all, '/'));
        return "$all/" . get_current_blog_id() . '/files';
    }

    /** Whether WordPress gives the site's uploads URLs below `/files/`. Main sites have `wp-content/uploads`. */
    public static function isOfOldNetwork(): bool
    {
        $isNewMainSite = is_main_network() && is_main_site() && defined('MULTISITE');
        return is_multisite() && !$isNewMainSite && (bool) get_site_option('ms_files_rewriting');
    }

    /** What WordPress put behind the uploads directory for one site of a network: "/sites/2", or nothing. */
    private static function site(string $directory): string
    {
        $roots = [WP_CONTENT_DIR . '/uploads'];
        if (defined('UPLOADS') && !(is_multisite() && get_site_option('ms_files_rewriting'))) {
            $roots[] = ABSPATH . constant('UPLOADS');
        }
        $site = self::below($directory, $roots);
        if ($site === null) {
            return is_multisite() && !is_main_site() ? '/sites/' . get_current_blog_id() : '';
        }
        return rtrim("/$site", '/');
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
