<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\LocalFolder;
use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;

/**
 * PDF Invoices & Packing Slips for WooCommerce has its temporary files below the uploads, and among them code that
 * dompdf makes of fonts and runs: they stay on this host. It makes them anew where they are missing.
 */
final class PdfInvoices
{
    public static function isThere(): bool
    {
        return class_exists('WPO_WCPDF', false);
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wpo_wcpdf_tmp_path', static function (mixed $folder): mixed {
            $site = substr(md5(ABSPATH), 0, 12) . '-' . get_current_blog_id();
            return S3Path::isS3($folder) ? LocalFolder::in(get_temp_dir()) . "/invoices-$site/" : $folder;
        });
    }
}
