<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\S3Path;

/**
 * WordPress's Imagick editor. It reports failed writes, and reads a page of a document from a local copy where
 * WordPress would name the page inside an s3:// path.
 */
final class ImagickEditor extends \WP_Image_Editor_Imagick
{
    protected function _save($image, $filename = null, $mime_type = null)
    {
        return ImageEditors::save(fn () => parent::_save($image, $filename, $mime_type));
    }

    /**
     * Removes the document's type from Imagick's file name. Imagick would also use it for writing: WordPress 7.1 stores
     * a whole document as the picture of its first page for every stream path.
     */
    protected function pdf_load_source()
    {
        $loaded = parent::pdf_load_source();
        if (S3Path::isS3($this->file)) {
            $this->image->setFilename('page');
        }
        return $loaded;
    }

    /** Newer versions of WordPress pass the document's bytes and need no name. */
    protected function pdf_setup()
    {
        $page = parent::pdf_setup();
        if (!is_string($page) || !S3Path::isS3($this->file) || property_exists($this, 'stream_file_data')) {
            return $page;
        }
        $copy = aloft_local_path($this->file);
        return $copy === false
            ? new \WP_Error('pdf_setup_failed', sprintf(
                /* translators: %s: path of a file */
                __('Cannot copy %s to the server to read its pages.', 'aloft'),
                $this->file,
            ), $this->file)
            : $copy . substr($page, strlen($this->file));
    }
}
