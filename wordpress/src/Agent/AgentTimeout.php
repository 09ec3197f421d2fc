<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The agent did not respond within the time limit.
 */
final class AgentTimeout extends AgentException
{
    public function __construct(string $reason)
    {
        parent::__construct($reason, self::NO_ANSWER);
    }
}
