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
        return self::of($response->body, $count);
    }

    /** The answer about a file that was sent: one line, and the pictures' bytes behind it. */
    public static function parseSent(Response $response, int $count): self
    {
        $end = strcspn($response->body, "\n") + 1;
        $line = self::of(substr($response->body, 0, $end), $count);
        $pictures = [];
        foreach ($line->pictures as $picture) {
            $pictures[] = $picture + ['bytes' => substr($response->body, $end, $picture['size'])];
            $end += $picture['size'];
        }
        return $end === strlen($response->body)
            ? new self($line->original, $pictures)
            : throw new AgentException('the agent answered without pictures', AgentException::NO_ANSWER);
    }

    private static function of(string $json, int $count): self
    {
        $answer = json_decode($json, true);
        $pictures = $answer['renditions'] ?? null;
        if (!is_array($answer['original'] ?? null) || !is_array($pictures) || count($pictures) !== $count) {
            throw new AgentException('the agent answered without pictures', AgentException::NO_ANSWER);
        }
        return new self($answer['original'], $pictures);
    }
}
