<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * WordPress's GD editor, with failed writes reported.
 */
final class GdEditor extends \WP_Image_Editor_GD
{
    protected function _save($image, $filename = null, $mime_type = null)
    {
        return ImageEditors::save(fn () => parent::_save($image, $filename, $mime_type));
    }
}
