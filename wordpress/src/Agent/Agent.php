<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * The agent of this server, reached over one connection for each PHP request, which the first exchange opens.
 *
 * An exchange takes the connection out while it uses it. So a nested exchange (in a signal handler, or a shutdown
 * function after a timeout) opens its own, and an aborted one leaves nothing behind.
 *
 * After a timeout, further exchanges fail at once for as long as the timeout took: a page with twenty pictures waits
 * once, and a long import recovers soon after the agent. Other failures affect only their own exchange; the agent
 * itself knows whether S3 is down.
 */
final class Agent
{
    private ?Connection $idle = null;
    /** The process that opened the connection. */
    private int $process = 0;
    private float $restUntil = 0.0;
    private string $restReason = '';

    /**
     * @param string                $address        the path of the Unix socket
     * @param int                   $silenceSeconds time limit for the next bytes of an exchange
     * @param array<string, string> $headers        sent with every request
     */
    public function __construct(
        private readonly string $address,
        private readonly int $silenceSeconds = Connection::SILENCE_SECONDS,
        private readonly array $headers = [],
    ) {
    }

    /**
     * Sends a request. Responses of any status are returned; only a missing one throws.
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

    /** A separate connection, for use beyond one exchange. */
    public function connect(): Connection
    {
        return Connection::open($this->address, $this->silenceSeconds);
    }

    private function exchange(Request $request): Response
    {
        $connection = $this->take();
        $caller = Caller::now();
        $headers = $this->headers + ($caller === '' ? [] : ['Aloft-Caller' => $caller]);
        $response = $connection->exchange($request, $headers);
        if ($response->keepsConnection()) {
            $this->idle = $connection;
        }
        return $response;
    }

    /** Takes the open connection, but never that of a parent process. */
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
