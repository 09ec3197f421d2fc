<?php

/*
 * What plugins and themes may call. Each works with local paths too, which it leaves alone; so code need not know
 * where the uploads are.
 */

declare(strict_types=1);

use Aloft\Stream\LocalCopies;

/**
 * A real local file with the content of an s3:// path, for code that no stream wrapper reaches (ZipArchive,
 * Imagick's writeImage(), "file.pdf[0]", ffmpeg). It goes when the request ends, or earlier by aloft_local_done().
 *
 * @param string $mode as of fopen(): "r" for a copy to read; "r+", "w", "c" or "x" for one that aloft_local_done()
 *     sends back ("w": empty at first; "c": empty if there is none yet)
 * @return string|false false, with a warning, when it cannot be made
 */
function aloft_local_path(string $path, string $mode = 'r'): string|false
{
    $copies = LocalCopies::ofThisRequest();
    return $copies === null ? $path : $copies->path($path, $mode);
}

/**
 * Sends a copy that was made to be written back to S3, and removes it.
 *
 * @return bool whether S3 has it; of a copy to read, and of a path that is no copy, always true
 * @throws Aloft\WriteFailed instead of returning false, unless the site is not strict
 */
function aloft_local_done(string|false $local): bool
{
    return $local !== false && (LocalCopies::ofThisRequest()?->done($local) ?? true);
}
