<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The agent of this server, reached over one plain connection for each PHP request, opened by the first exchange.
 *
 * The connection is taken out while it is in use. So an exchange that begins inside another (a signal handler, a
 * shutdown function after a time-out) opens its own, and one that was abandoned half-way leaves nothing behind.
 *
 * After an exchange in which the agent was silent for too long, the next ones fail at once for as long as that one
 * took: a page with twenty pictures waits once, not twenty times, and an import goes on soon after the agent does. Any
 * other failure concerns its own exchange alone; whether S3 is down is for the agent to know.
 */
final class Agent
{
    private ?Connection $idle = null;
    /** The process that opened it. */
    private int $process = 0;
    private float $restUntil = 0.0;
    private string $restReason = '';

    /**
     * @param string $address        the path of the Unix socket
     * @param int    $silenceSeconds the longest wait for the next bytes of an exchange
     */
    public function __construct(
        private readonly string $address,
        private readonly int $silenceSeconds = Connection::SILENCE_SECONDS,
    ) {
    }

    /**
     * Answers of any status are returned; only the lack of one throws.
     *
     * @throws AgentException with status 0
     */
    public function send(Request $request): Response
    {
        $started = microtime(true);
        if ($started < $this->restUntil) {
            throw new AgentException($this->restReason, AgentException::NO_ANSWER);
        }
        try {
            return $this->exchange($request);
        } catch (AgentTimeout $silence) {
            $this->restAfter($started, $silence->getMessage());
            throw $silence;
        }
    }

    /** A connection of the caller's own, for what must last longer than an exchange. */
    public function connect(): Connection
    {
        return Connection::open($this->address, $this->silenceSeconds);
    }

    private function exchange(Request $request): Response
    {
        $connection = $this->take();
        $response = $connection->exchange($request);
        if ($response->keepsConnection()) {
            $this->idle = $connection;
        }
        return $response;
    }

    /** A forked child must not speak on its parent's connection. */
    private function take(): Connection
    {
        $connection = $this->idle;
        $this->idle = null;
        $process = getmypid();
        if ($connection !== null && $this->process === $process && $connection->isIdle()) {
            return $connection;
        }
        $this->process = $process;
        return $this->connect();
    }

    private function restAfter(float $started, string $reason): void
    {
        $now = microtime(true);
        $this->restUntil = $now + min($now - $started, $this->silenceSeconds);
        $this->restReason = $reason;
    }
}
