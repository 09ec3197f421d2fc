<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * A page of a directory's entries, by name. A name that is both a file and a directory counts as a file, which comes
 * first.
 */
final class Listing
{
    /**
     * @param array<array-key, FileInfo> $entries a name of digits is an integer key, as in every PHP array
     * @param ?string                    $next    start of the next page; null on the last page
     */
    private function __construct(public readonly array $entries, public readonly ?string $next)
    {
    }

    public static function none(): self
    {
        return new self([], null);
    }

    /** @throws AgentException if it violates the protocol */
    public static function parse(string $json): self
    {
        $page = json_decode($json, true);
        if (!is_array($page) || !is_array($page['entries'] ?? null)) {
            throw new AgentException('the agent answered a listing that is no listing', AgentException::NO_ANSWER);
        }
        $entries = [];
        foreach ($page['entries'] as $entry) {
            $entries[$entry['name']] ??= $entry['kind'] === 'directory'
                ? FileInfo::directory()
                : FileInfo::file((int) $entry['size'], (int) $entry['modified']);
        }
        return new self($entries, $page['next'] ?? null);
    }

    /** @return list<string> */
    public function names(): array
    {
        return array_map(strval(...), array_keys($this->entries));
    }
}
