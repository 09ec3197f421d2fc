<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Connection;
use Aloft\Agent\Request;

/**
 * An advisory lock on a file, which the agent holds for as long as the lock's own connection lives: when this
 * process dies, the lock is gone. Between the processes of this server; other servers know nothing of it.
 */
final class Lock
{
    /** The longest wait; the agent's own limit. */
    public const WAIT_SECONDS = 25;

    private function __construct(private readonly Connection $connection, private readonly S3Path $path)
    {
    }

    /**
     * Null when others still hold it after that time.
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

    /** When it cannot be given back in good order, the end of the connection gives it back. */
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
