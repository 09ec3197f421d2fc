<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;

/**
 * The mode of an fopen(): one of r, w, a, x and c, perhaps with "+". As on a disk, whatever else stands behind it means
 * nothing here: b, t, e and n, and what gzopen() passes on, as in "wb9" or "wb6f".
 */
final class OpenMode
{
    private function __construct(
        public readonly string $kind,
        public readonly bool $isReadable,
        public readonly bool $isWritable,
    ) {
    }

    /** @throws AgentException when it is no mode */
    public static function parse(string $mode): self
    {
        if (preg_match('/^[rwaxc]/', $mode, $match) !== 1) {
            throw new AgentException("\"$mode\" is no mode of fopen()", 400);
        }
        $both = str_contains($mode, '+');
        return new self($match[0], $both || $match[0] === 'r', $both || $match[0] !== 'r');
    }

    /** Whether what is there already does not matter, because it is replaced or must not be there. */
    public function startsEmpty(): bool
    {
        return $this->kind === 'w' || $this->kind === 'x';
    }

    public function appends(): bool
    {
        return $this->kind === 'a';
    }
}
