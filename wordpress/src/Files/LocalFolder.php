<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * A folder on this host for files that must not or cannot be kept in S3. It lies in the temporary folder, only this
 * user can read it, and it is lost when that folder is cleared.
 */
final class LocalFolder
{
    /** @throws AgentException if another user owns a folder of that name */
    public static function in(string $temporary): string
    {
        $user = function_exists('posix_geteuid') ? posix_geteuid() : getmyuid();
        $folder = rtrim($temporary, '/') . "/aloft-kept-$user";
        @mkdir($folder, 0700);
        if (is_link($folder) || !is_dir($folder) || fileowner($folder) !== $user) {
            throw new AgentException("$folder is not this user's own", AgentException::NO_ANSWER);
        }
        return $folder;
    }
}
