<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * All hooks of Aloft in WordPress, which can be removed and added again together.
 */
final class Hooks
{
    /** @var list<array{string, callable, int, int}> name, callback, priority, number of arguments */
    private array $all = [];
    private bool $areIn = true;

    public function add(string $name, callable $callback, int $priority = 10, int $arguments = 1): void
    {
        $this->all[] = [$name, $callback, $priority, $arguments];
        if ($this->areIn) {
            add_filter($name, $callback, $priority, $arguments);
        }
    }

    public function takeOut(): void
    {
        foreach ($this->areIn ? $this->all : [] as [$name, $callback, $priority]) {
            remove_filter($name, $callback, $priority);
        }
        $this->areIn = false;
    }

    public function putIn(): void
    {
        foreach ($this->areIn ? [] : $this->all as $hook) {
            add_filter(...$hook);
        }
        $this->areIn = true;
    }
}
