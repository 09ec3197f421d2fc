<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Support for single plugins, registered only where the plugin is active.
 */
final class Integrations
{
    public static function whenPluginsAreLoaded(Hooks $hooks, UploadsDirectory $uploads): void
    {
        $hooks->add('plugins_loaded', static function () use ($hooks, $uploads): void {
            foreach ([WooCommerce::class, EasyDigitalDownloads::class] as $shop) {
                if ($shop::isThere()) {
                    (new $shop($uploads))->register($hooks);
                }
            }
            if (PdfInvoices::isThere()) {
                (new PdfInvoices())->register($hooks);
            }
            if (ContactForm7::isThere()) {
                (new ContactForm7())->register();
            }
        }, PHP_INT_MIN);
    }
}
