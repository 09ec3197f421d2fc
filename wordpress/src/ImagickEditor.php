<?php

declare(strict_types=1);

namespace Aloft;

/**
 * WordPress's Imagick editor, which reports a write that failed.
 */
final class ImagickEditor extends \WP_Image_Editor_Imagick
{
    protected function _save($image, $filename = null, $mime_type = null)
    {
        return ImageEditors::save(fn () => parent::_save($image, $filename, $mime_type));
    }
}
