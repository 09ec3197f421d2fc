<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Plugins that write through WP_Filesystem write uploads with PHP's own functions. Where PHP does not own the code,
 * WordPress would ask for FTP credentials instead; uploads need none. Who has said FS_METHOD or FTP_… is not overruled.
 */
final class FilesystemMethod
{
    public function register(Hooks $hooks): void
    {
        $hooks->add('filesystem_method', $this->method(...));
    }

    /** @param string|false $method what WordPress would take */
    private function method(string|bool $method): string|bool
    {
        $isChosen = defined('FS_METHOD') || defined('FTP_HOST') || defined('FTP_USER');
        return $isChosen ? $method : 'direct';
    }
}
