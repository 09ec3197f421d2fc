<?php

/*
 * Functions of WordPress VIP that keep files on the host.
 */

declare(strict_types=1);

use Aloft\Plugin;

/** Keeps a path, or paths that match a pattern, on this host for the rest of the request. */
function wpvip_fs_local_file_add(mixed $file_path): bool
{
    return Plugin::ofThisSite()?->files->localNames?->add($file_path) ?? false;
}

function wpvip_fs_local_file_remove(mixed $file_path): bool
{
    return Plugin::ofThisSite()?->files->localNames?->remove($file_path) ?? false;
}

/** @return array<string, true> */
function wpvip_fs_local_file_list(): array
{
    return Plugin::ofThisSite()?->files->localNames?->all() ?? [];
}
