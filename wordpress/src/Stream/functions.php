<?php

/*
 * Functions for plugins and themes. They return local paths unchanged, so that callers need not know where the uploads
 * are.
 */

declare(strict_types=1);

use Aloft\Stream\LocalCopies;

/**
 * Returns a local file with the content of an s3:// path, for code that no stream wrapper reaches (ZipArchive,
 * Imagick's writeImage(), "file.pdf[0]", ffmpeg). It is deleted at the end of the request, or earlier by
 * aloft_local_done().
 *
 * @param string $mode as in fopen(): "r" for a read-only copy; "r+", "w", "c" or "x" for one that aloft_local_done()
 *     sends back ("w": initially empty; "c": empty if the file does not exist)
 * @return string|false false, with a warning, on failure
 */
function aloft_local_path(string $path, string $mode = 'r'): string|false
{
    $copies = LocalCopies::ofThisRequest();
    return $copies === null ? $path : $copies->path($path, $mode);
}

/**
 * Sends a writable copy back to S3, and deletes it.
 *
 * @return bool true if S3 has it; always true for a read-only copy and for other paths
 * @throws Aloft\WriteFailed instead of returning false, unless the site is not strict
 */
function aloft_local_done(string|false $local): bool
{
    return $local !== false && (LocalCopies::ofThisRequest()?->done($local) ?? true);
}
