<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * An image editor that makes sizes and fails to store the picture that replaces a large original.
 */
final class UnscalingEditor extends \WP_Image_Editor_GD
{
    public function save($destfilename = null, $mime_type = null)
    {
        return str_contains((string) $destfilename, '-scaled.')
            ? new \WP_Error('image_save_error', 'the disk is full')
            : parent::save($destfilename, $mime_type);
    }
}
