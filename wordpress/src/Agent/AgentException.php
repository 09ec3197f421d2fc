<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * A failed request to the agent. The message is the reason, in one line.
 *
 * The status is the agent's, or 0 if it did not answer: it could not be reached, or timed out.
 */
class AgentException extends \RuntimeException
{
    public const NO_ANSWER = 0;
    public const ELSEWHERE = 307;
    public const FORBIDDEN = 403;
    public const NOT_FOUND = 404;
    public const CONFLICT = 409;
    public const CONDITION_FAILED = 412;
    public const LOCKED = 423;

    public function __construct(string $reason, public readonly int $status)
    {
        parent::__construct($reason);
    }
}
