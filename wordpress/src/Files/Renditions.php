<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Response;

/**
 * The agent's answer about the pictures of a file: the original, and each picture with the outcome of its write.
 */
final class Renditions
{
    /**
     * @param array{type: string, width: int, height: int, frames: int, etag: string} $original
     * @param list<array<string, mixed>> $pictures in the order of the request: type, width, height, size, etag of a
     *     stored picture; status, reason of a failed write
     */
    private function __construct(public readonly array $original, public readonly array $pictures)
    {
    }

    public static function parse(Response $response, int $count): self
    {
        $answer = json_decode($response->body, true);
        $pictures = $answer['renditions'] ?? null;
        if (!is_array($answer['original'] ?? null) || !is_array($pictures) || count($pictures) !== $count) {
            throw new AgentException('the agent answered without pictures', AgentException::NO_ANSWER);
        }
        return new self($answer['original'], $pictures);
    }
}
