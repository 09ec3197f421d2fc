<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Files\Files;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Support for single plugins, registered only where the plugin is active.
 */
final class Integrations
{
    public static function whenPluginsAreLoaded(Hooks $hooks, UploadsDirectory $uploads, Files $files): void
    {
        $hooks->add('plugins_loaded', static function () use ($hooks, $uploads, $files): void {
            foreach ([WooCommerce::class, EasyDigitalDownloads::class] as $plugin) {
                if ($plugin::isThere()) {
                    (new $plugin($uploads))->register($hooks);
                }
            }
            if (ContactForm7::isThere()) {
                (new ContactForm7($uploads, $files))->register($hooks);
            }
            if (PdfInvoices::isThere()) {
                (new PdfInvoices())->register($hooks);
            }
        }, PHP_INT_MIN);
    }
}
