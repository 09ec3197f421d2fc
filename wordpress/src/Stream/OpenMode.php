<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;

/**
 * The mode of fopen(): r, w, a, x or c, optionally with "+". Other flags are ignored, as on a disk: b, t, e, n, and
 * those of gzopen(), as in "wb9" or "wb6f".
 */
final class OpenMode
{
    private function __construct(
        public readonly string $kind,
        public readonly bool $isReadable,
        public readonly bool $isWritable,
    ) {
    }

    /** @throws AgentException for an invalid mode */
    public static function parse(string $mode): self
    {
        if (preg_match('/^[rwaxc]/', $mode, $match) !== 1) {
            throw new AgentException("\"$mode\" is no mode of fopen()", 400);
        }
        $both = str_contains($mode, '+');
        return new self($match[0], $both || $match[0] === 'r', $both || $match[0] !== 'r');
    }

    /** True if existing content is irrelevant: it is replaced, or must not exist. */
    public function startsEmpty(): bool
    {
        return $this->kind === 'w' || $this->kind === 'x';
    }

    public function appends(): bool
    {
        return $this->kind === 'a';
    }
}
