<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\LocalFolder;
use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;

/**
 * Keeps the temporary files of PDF Invoices & Packing Slips for WooCommerce on this host. They lie below the uploads by
 * default, and dompdf executes code among them. The plugin recreates missing ones.
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
