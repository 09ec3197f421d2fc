<?php

declare(strict_types=1);

namespace Aloft\Agent;

/**
 * Runs tasks side by side in one PHP process: while the agent works for one of them, the others run.
 *
 * Tasks are fibers. One waits only at the response to a request that says so ({@see Request::$isLong}), and only while
 * the guard allows it. Everything else, such as other requests and the database, blocks all of them.
 */
final class SideBySide
{
    private const SELECT_SECONDS = 30;

    /** @var array<int, self> the owner of each running task, by the id of its fiber */
    private static array $owners = [];

    /** @var array<int, array{\Fiber, array-key, resource}> tasks that wait for the agent, by the id of their fiber */
    private array $waiting = [];

    /**
     * @param int              $limit   tasks that run at once
     * @param \Closure(): bool $mayWait false while switching to another task would mix up state of the process
     */
    public function __construct(private readonly int $limit, private readonly \Closure $mayWait)
    {
    }

    /**
     * Yields the results in the order of completion, with the keys of the items. Items are taken as tasks begin.
     *
     * @template T
     * @template R
     * @param iterable<array-key, T> $items
     * @param \Closure(T): R         $task
     * @return \Generator<array-key, R>
     */
    public function map(iterable $items, \Closure $task): \Generator
    {
        foreach ($items as $key => $item) {
            while (count($this->waiting) >= $this->limit) {
                yield from $this->continueReady();
            }
            yield from $this->run(new \Fiber($task), $key, $item);
        }
        while ($this->waiting !== []) {
            yield from $this->continueReady();
        }
    }

    /**
     * Lets other tasks run until the socket has a response. Returns at once outside a task.
     *
     * @param resource $socket
     */
    public static function await($socket): void
    {
        $fiber = \Fiber::getCurrent();
        $owner = $fiber === null ? null : self::$owners[spl_object_id($fiber)] ?? null;
        if ($owner !== null && ($owner->mayWait)()) {
            \Fiber::suspend($socket);
        }
    }

    /** Runs a task up to its next wait, and yields its result if that was its end. */
    private function run(\Fiber $fiber, int|string $key, mixed ...$item): \Generator
    {
        $id = spl_object_id($fiber);
        unset($this->waiting[$id]);
        self::$owners[$id] = $this;
        try {
            $socket = $fiber->isStarted() ? $fiber->resume() : $fiber->start(...$item);
        } finally {
            unset(self::$owners[$id]);
        }
        if ($fiber->isTerminated()) {
            yield $key => $fiber->getReturn();
        } else {
            $this->waiting[$id] = [$fiber, $key, $socket];
        }
    }

    /** Continues the tasks whose responses have begun; after silence all of them, which then time out themselves. */
    private function continueReady(): \Generator
    {
        $ready = array_column($this->waiting, 2);
        $ready = array_combine(array_keys($this->waiting), $ready);
        $write = $except = null;
        $found = @stream_select($ready, $write, $except, self::SELECT_SECONDS);
        $ids = $found > 0 ? array_keys($ready) : array_keys($this->waiting);
        foreach ($found === false ? [] : $ids as $id) {
            [$fiber, $key] = $this->waiting[$id];
            yield from $this->run($fiber, $key);
        }
    }
}
