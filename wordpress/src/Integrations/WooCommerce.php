<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Lets WooCommerce sell and import uploads. By default its path parser removes the scheme, its importer rejects every
 * scheme, its products accept no path with one, and its log screen lists files with glob().
 */
final class WooCommerce
{
    private readonly NamedUploads $named;

    public function __construct(private readonly UploadsDirectory $uploads)
    {
        $this->named = new NamedUploads($uploads);
    }

    public static function isThere(): bool
    {
        return class_exists('WooCommerce', false);
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('woocommerce_downloadable_file_exists', $this->exists(...), 10, 2);
        $hooks->add('woocommerce_download_product_filepath', $this->path(...));
        $hooks->add('woocommerce_download_parse_file_path', $this->withScheme(...), 10, 2);
        $hooks->add('woocommerce_file_download_method', $this->method(...), 10, 3);
        foreach (['', 'product_'] as $kind) {
            $hooks->add("woocommerce_{$kind}csv_importer_check_import_file_path", $this->check(...), 10, 2);
        }
        $hooks->add('default_option_woocommerce_logs_default_handler', static fn (): string => 'WC_Log_Handler_DB');
    }

    private function path(mixed $file): mixed
    {
        return $this->named->path($file) ?? $file;
    }

    private function exists(mixed $exists, mixed $file = null): mixed
    {
        return $this->named->path($file) !== null ? true : $exists;
    }

    /** Restores the scheme of an upload's path. */
    private function withScheme(mixed $path, mixed $isRemote = false): mixed
    {
        if ($isRemote || !is_string($path)) {
            return $path;
        }
        $whole = "s3://{$this->uploads->root()->bucket}$path";
        return $this->uploads->holds($whole) && !is_file($path) ? $whole : $path;
    }

    /** Lets PHP send uploads: the web server cannot read them, and the edge does not serve files for sale. */
    private function method(mixed $method, mixed $product = null, mixed $file = null): mixed
    {
        return is_string($file) && ($this->uploads->holds($file) || $this->uploads->pathOf($file) !== null)
            ? 'force'
            : $method;
    }

    private function check(mixed $isChecked, mixed $file = null): mixed
    {
        return S3Path::isS3($file) && $this->uploads->holds($file) ? false : $isChecked;
    }
}
