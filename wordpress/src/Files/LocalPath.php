<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Response;

/**
 * Thrown for a path that a rule of the site keeps on this host, with its place there.
 */
final class LocalPath extends AgentException
{
    public function __construct(public readonly string $path)
    {
        parent::__construct("it is kept on this host at $path", self::ELSEWHERE);
    }

    /** The place that the agent redirects to; null for other responses. */
    public static function in(Response $response): ?self
    {
        $place = $response->header('Location') ?? '';
        return $response->status === self::ELSEWHERE && str_starts_with($place, 'file:///')
            ? new self(rawurldecode(substr($place, strlen('file://'))))
            : null;
    }

    /** Creates the directory of the file: directories appear with their files, as in S3. */
    public function makeDirectoryAbove(): void
    {
        if (!is_dir(dirname($this->path))) {
            @mkdir(dirname($this->path), 0777, true);
        }
    }
}
