<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * WooCommerce sells and imports files that are uploads: its parser of paths cuts the scheme off, its importer refuses
 * every scheme, and its list of log files asks glob().
 */
final class WooCommerce
{
    public function __construct(private readonly UploadsDirectory $uploads)
    {
    }

    public static function isThere(): bool
    {
        return class_exists('WooCommerce', false);
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('woocommerce_download_parse_file_path', $this->withScheme(...), 10, 2);
        $hooks->add('woocommerce_file_download_method', $this->method(...), 10, 3);
        foreach (['', 'product_'] as $kind) {
            $hooks->add("woocommerce_{$kind}csv_importer_check_import_file_path", $this->check(...), 10, 2);
        }
        $hooks->add('default_option_woocommerce_logs_default_handler', static fn (): string => 'WC_Log_Handler_DB');
    }

    /** The path of an upload with what was cut off. */
    private function withScheme(mixed $path, mixed $isRemote = false): mixed
    {
        if ($isRemote || !is_string($path)) {
            return $path;
        }
        $whole = "s3://{$this->uploads->root()->bucket}$path";
        return $this->uploads->holds($whole) && !is_file($path) ? $whole : $path;
    }

    /** The web server cannot send an upload for WooCommerce, and the edge does not serve what is sold: PHP does. */
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
