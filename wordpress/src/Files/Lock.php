<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Connection;
use Aloft\Agent\Request;

/**
 * An advisory lock on a file. The agent holds it while the lock's own connection is open, so it ends with this process.
 * It applies to the processes of this server only.
 */
final class Lock
{
    /** Maximum wait; the same as the agent's limit. */
    public const WAIT_SECONDS = 25;

    private function __construct(private readonly Connection $connection, private readonly S3Path $path)
    {
    }

    /**
     * Returns null if others hold the lock for the whole time.
     *
     * @throws AgentException
     */
    public static function take(Connection $connection, S3Path $path, bool $isShared, int $waitSeconds): ?self
    {
        $headers = ['Aloft-Lock' => $isShared ? 'shared' : 'exclusive', 'Prefer' => "wait=$waitSeconds"];
        $response = $connection->exchange(new Request('LOCK', $path->target(), $headers));
        return match ($response->status) {
            204 => new self($connection, $path),
            423 => null,
            default => throw new AgentException($response->reason(), $response->status),
        };
    }

    /** Releases the lock. If the request fails, closing the connection releases it. */
    public function release(): void
    {
        try {
            if ($this->connection->isIdle()) {
                $this->connection->exchange(new Request('UNLOCK', $this->path->target()));
            }
        } catch (AgentException) {
            return;
        }
    }
}
