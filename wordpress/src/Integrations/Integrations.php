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
            foreach ([WooCommerce::class, EasyDigitalDownloads::class, ContactForm7::class] as $plugin) {
                if ($plugin::isThere()) {
                    (new $plugin($uploads))->register($hooks);
                }
            }
            if (PdfInvoices::isThere()) {
                (new PdfInvoices())->register($hooks);
            }
        }, PHP_INT_MIN);
    }
}
