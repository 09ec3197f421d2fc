<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Response;

/**
 * The path is not S3's: a rule of the site keeps it on this host, and this is where.
 */
final class LocalPath extends AgentException
{
    public function __construct(public readonly string $path)
    {
        parent::__construct("it is kept on this host at $path", self::ELSEWHERE);
    }

    /** The place that the agent sent this request to; null when it did not. */
    public static function in(Response $response): ?self
    {
        $place = $response->header('Location') ?? '';
        return $response->status === self::ELSEWHERE && str_starts_with($place, 'file:///')
            ? new self(rawurldecode(substr($place, strlen('file://'))))
            : null;
    }

    /** Directories come with what is in them, as in S3. */
    public function makeDirectoryAbove(): void
    {
        if (!is_dir(dirname($this->path))) {
            @mkdir(dirname($this->path), 0777, true);
        }
    }
}
