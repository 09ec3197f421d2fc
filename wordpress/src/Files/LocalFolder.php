<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * A folder of this host for what must not, or cannot, be kept in S3: below the temporary folder, where only this user
 * may look. It goes when that is cleared.
 */
final class LocalFolder
{
    /** @throws AgentException when somebody else has such a folder */
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
