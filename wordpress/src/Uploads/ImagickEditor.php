<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\S3Path;

/**
 * WordPress's Imagick editor, which reports a write that failed, and reads a page of a document from a copy on the
 * server where WordPress would name it inside an s3:// path.
 */
final class ImagickEditor extends \WP_Image_Editor_Imagick
{
    protected function _save($image, $filename = null, $mime_type = null)
    {
        return ImageEditors::save(fn () => parent::_save($image, $filename, $mime_type));
    }

    /**
     * What names a document's type to Imagick for reading would name it for writing, too: WordPress 7.1 stores a whole
     * document as the picture of its first page, wherever the path is a stream's.
     */
    protected function pdf_load_source()
    {
        $loaded = parent::pdf_load_source();
        if (S3Path::isS3($this->file)) {
            $this->image->setFilename('page');
        }
        return $loaded;
    }

    /** Newer versions of WordPress hand over the document's bytes, and need no name. */
    protected function pdf_setup()
    {
        $page = parent::pdf_setup();
        if (!is_string($page) || !S3Path::isS3($this->file) || property_exists($this, 'stream_file_data')) {
            return $page;
        }
        $copy = aloft_local_path($this->file);
        return $copy === false
            ? new \WP_Error('pdf_setup_failed', "no copy of $this->file can be made on the server", $this->file)
            : $copy . substr($page, strlen($this->file));
    }
}
