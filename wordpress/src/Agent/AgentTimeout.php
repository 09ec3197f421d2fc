<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The agent neither answered nor closed the connection within the time limit.
 */
final class AgentTimeout extends AgentException
{
    public function __construct(string $reason)
    {
        parent::__construct($reason, self::NO_ANSWER);
    }
}
