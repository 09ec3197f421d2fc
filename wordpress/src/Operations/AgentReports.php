<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\Agent;
use Aloft\Agent\AgentException;
use Aloft\Agent\Request;
use Aloft\Files\S3Path;

/**
 * The agent's reports for operators. None of them writes anything. Every failure is an {@see AgentException}.
 */
final class AgentReports
{
    public function __construct(private readonly Agent $agent)
    {
    }

    /**
     * State of the agent and its store.
     *
     * @return array<string, mixed>
     */
    public function state(): array
    {
        return $this->report('/');
    }

    /** Requests of the last 24 hours. */
    public function requests(): RequestFigures
    {
        return new RequestFigures($this->report('/?figures'));
    }

    /** Snapshots of the site's backups. */
    public function snapshots(): SnapshotReport
    {
        return new SnapshotReport($this->report('/?snapshots'));
    }

    /** Files below a directory. One that does not exist has none. */
    public function files(S3Path $directory): FileUsage
    {
        try {
            return new FileUsage($this->report($directory->directoryTarget() . '?usage'));
        } catch (AgentException $failure) {
            return $failure->status === AgentException::NOT_FOUND ? FileUsage::none() : throw $failure;
        }
    }

    /** @return array<string, mixed> */
    private function report(string $target): array
    {
        $response = $this->agent->send(new Request('GET', $target));
        if ($response->status !== 200) {
            throw new AgentException($response->reason(), $response->status);
        }
        $report = json_decode($response->body, true);
        return is_array($report)
            ? $report
            : throw new AgentException('the agent answered without a report', AgentException::NO_ANSWER);
    }
}
