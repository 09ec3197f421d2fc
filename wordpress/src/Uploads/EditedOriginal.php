<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;

/**
 * The picture that {@see VipsEditor} edits. The agent makes pictures of it; each failure is an
 * {@see AgentException}.
 */
interface EditedOriginal
{
    public function path(): string;

    /**
     * Reads its type and size, and pins the version that further calls use.
     *
     * @return array{type: string, width: int, height: int}
     */
    public function header(): array;

    /** True if pictures of it can be stored at a path. */
    public function canStoreAt(string $path): bool;

    /**
     * Makes and stores pictures in one exchange.
     *
     * @param array<string, array<string, mixed>> $queries in the language of the agent's protocol, by path
     * @return array<string, array<string, mixed>> width, height and size, or the reason of a failed write, by path
     */
    public function store(array $queries): array;

    /**
     * Makes a picture without storing it.
     *
     * @param array<string, mixed> $query
     */
    public function preview(array $query): string;
}
