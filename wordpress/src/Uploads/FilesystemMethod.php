<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * Lets plugins write uploads through WP_Filesystem with PHP's own functions. Where PHP does not own the code, WordPress
 * asks for FTP credentials, which uploads do not need.
 *
 * The path decides: WordPress keeps its own method for its code and for every path outside the uploads. Most plugins
 * name no path, and mean the uploads. A site that defines FS_METHOD or FTP_… keeps its setting.
 */
final class FilesystemMethod
{
    /** WordPress files that every request for a method passes through. */
    private const ON_THE_WAY = [WPINC . '/plugin.php', WPINC . '/class-wp-hook.php', 'wp-admin/includes/file.php'];

    public function __construct(private readonly UploadsDirectory $uploads)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('filesystem_method', $this->method(...), 10, 3);
    }

    /**
     * @param string|false $method    the method that WordPress chose
     * @param mixed        $directory directory to write to; the content folder by default
     */
    private function method(string|bool $method, mixed $arguments, mixed $directory): string|bool
    {
        if ($method === 'direct' || defined('FS_METHOD') || defined('FTP_HOST') || defined('FTP_USER')) {
            return $method;
        }
        $path = is_string($directory) ? untrailingslashit($directory) : '';
        $isUnnamed = $path === WP_CONTENT_DIR && !self::isAskedByWordPress();
        return $isUnnamed || $this->uploads->holds($path) ? 'direct' : $method;
    }

    private static function isAskedByWordPress(): bool
    {
        $root = wp_normalize_path(ABSPATH);
        foreach (array_slice(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 1) as $call) {
            $file = wp_normalize_path($call['file'] ?? '');
            $name = str_starts_with($file, $root) ? substr($file, strlen($root)) : '';
            if (!in_array($name, self::ON_THE_WAY, true)) {
                return str_starts_with($name, 'wp-admin/') || str_starts_with($name, WPINC . '/');
            }
        }
        return true;
    }
}
