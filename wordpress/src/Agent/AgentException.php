<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * What was asked of the agent did not happen; the message says why, in one line.
 *
 * The status is the agent's, or 0 when it gave none: it could not be reached, or did not answer in time.
 */
class AgentException extends \RuntimeException
{
    public const NO_ANSWER = 0;
    public const ELSEWHERE = 307;
    public const NOT_FOUND = 404;
    public const CONFLICT = 409;
    public const CONDITION_FAILED = 412;
    public const LOCKED = 423;

    public function __construct(string $reason, public readonly int $status)
    {
        parent::__construct($reason);
    }
}
