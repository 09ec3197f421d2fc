<?php

declare(strict_types=1);

namespace Aloft;

use Aloft\Operations\Commands;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\PrivateMedia\PrivateUrls;
use Aloft\Stream\StreamWrapper;
use Aloft\Uploads\ImagickEditor;

/**
 * Provides the classes and functions of S3-Uploads to code that calls them. docs/reference/s3-uploads.md describes each
 * one.
 */
final class S3Uploads
{
    private const OTHER_NAMES = [
        'S3_Uploads\\Image_Editor_Imagick' => ImagickEditor::class,
        'S3_Uploads\\WP_CLI_Command' => Commands::class,
    ];

    /** @var ?array{\S3_Uploads\Plugin, string} */
    private static ?array $ours = null;

    /** Functions are defined after plugins are loaded, because S3-Uploads itself may still be one of them. */
    public static function register(): void
    {
        spl_autoload_register(self::load(...));
        self::site()?->uploads->suspendWhile(self::isTakenOut(...));
        $instance = \S3_Uploads\Plugin::get_instance();
        if (self::site()?->settings->isOff === false) {
            add_filter('upload_dir', [$instance, 'filter_upload_dir']);
        }
        add_action('plugins_loaded', static function (): void {
            if (!function_exists('S3_Uploads\\init')) {
                require __DIR__ . '/S3_Uploads/functions.php';
            }
        }, PHP_INT_MIN);
    }

    public static function instance(): \S3_Uploads\Plugin
    {
        $region = defined('S3_UPLOADS_REGION') ? (string) constant('S3_UPLOADS_REGION') : null;
        $settings = self::site()?->settings;
        return new \S3_Uploads\Plugin($settings?->bucket ?? '', null, null, $settings?->url, $region);
    }

    /** True while a caller has removed the filter to get the server's own directory. */
    private static function isTakenOut(): bool
    {
        self::$ours ??= [\S3_Uploads\Plugin::get_instance(), 'filter_upload_dir'];
        return has_filter('upload_dir', self::$ours) === false;
    }

    public static function putIn(): void
    {
        self::site()?->hooks->putIn();
    }

    public static function takeOut(): void
    {
        self::site()?->hooks->takeOut();
        if (in_array('s3', stream_get_wrappers(), true)) {
            stream_wrapper_unregister('s3');
        }
    }

    public static function registerWrapper(): void
    {
        $site = self::site();
        if ($site !== null) {
            StreamWrapper::register($site->files, $site->settings->strict);
        }
    }

    /** Null for buckets other than the site's. */
    public static function ownUrl(string $bucket): ?string
    {
        $site = self::site();
        return $site?->settings->bucket === $bucket ? $site->uploads->parentUrl() : null;
    }

    public static function keepsUrls(): bool
    {
        return self::site()?->settings->keepsUrls ?? false;
    }

    /** @return ?array<string, mixed> */
    public static function originalDirectory(): ?array
    {
        return self::site()?->uploads->withoutAloft();
    }

    public static function privateMedia(): ?PrivateMedia
    {
        return self::site()?->privateMedia;
    }

    public static function privateUrls(): ?PrivateUrls
    {
        return self::site()?->privateUrls;
    }

    private static function load(string $class): void
    {
        $file = __DIR__ . '/' . str_replace('\\', '/', $class) . '.php';
        if (isset(self::OTHER_NAMES[$class])) {
            class_alias(self::OTHER_NAMES[$class], $class);
        } elseif (str_starts_with($class, 'S3_Uploads\\') && is_file($file)) {
            require $file;
        }
    }

    private static function site(): ?Plugin
    {
        return Plugin::ofThisSite();
    }
}
