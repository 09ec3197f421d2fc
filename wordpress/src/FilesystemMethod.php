<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Plugins that write uploads through WP_Filesystem, and say where, write them with PHP's own functions. Where PHP does
 * not own the code, WordPress would ask for FTP credentials; uploads need none. Everything outside the uploads, the
 * code above all, is left to WordPress. Who has said FS_METHOD or FTP_… is not overruled.
 */
final class FilesystemMethod
{
    public function __construct(private readonly UploadsDirectory $uploads)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('filesystem_method', $this->method(...), 10, 3);
    }

    /**
     * @param string|false $method    what WordPress would take
     * @param mixed        $directory where something is about to be written; empty for the content folder
     */
    private function method(string|bool $method, mixed $arguments, mixed $directory): string|bool
    {
        $isChosen = defined('FS_METHOD') || defined('FTP_HOST') || defined('FTP_USER');
        return !$isChosen && is_string($directory) && $this->uploads->holds($directory) ? 'direct' : $method;
    }
}
