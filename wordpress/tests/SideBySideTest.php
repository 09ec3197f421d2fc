<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Agent\SideBySide;
use PHPUnit\Framework\TestCase;

/**
 * Tasks that run while others wait for a socket.
 */
final class SideBySideTest extends TestCase
{
    /** @var list<string> */
    private array $log = [];

    /** @var array<string, array{resource, resource}> */
    private array $sockets = [];

    public function testTasksWaitTogetherAndEndInTheOrderOfTheirAnswers(): void
    {
        $tasks = new SideBySide(2, static fn (): bool => true);
        $results = [];
        foreach ($tasks->map(['a' => 'A', 'b' => 'B', 'c' => 'C'], $this->task(...)) as $key => $result) {
            $results[] = "$key $result";
        }

        self::assertSame(['b got B', 'a got A', 'c got C'], $results);
        self::assertSame(['begin A', 'begin B', 'answer B', 'begin C', 'answer A', 'answer C'], $this->log);
    }

    public function testATaskThatMustNotWaitBlocks(): void
    {
        $tasks = new SideBySide(2, static fn (): bool => false);

        $results = iterator_to_array($tasks->map(['A', 'B'], static function (string $item): string {
            SideBySide::await(fopen('php://memory', 'r'));
            return $item;
        }));

        self::assertSame(['A', 'B'], $results);
    }

    public function testOutsideATaskNothingWaits(): void
    {
        SideBySide::await(fopen('php://memory', 'r'));
        $fiber = new \Fiber(static fn () => SideBySide::await(fopen('php://memory', 'r')));
        $fiber->start();

        self::assertTrue($fiber->isTerminated(), 'a fiber of another program is not suspended');
    }

    public function testAFailureIsTheCallers(): void
    {
        $tasks = new SideBySide(2, static fn (): bool => true);
        $this->expectExceptionMessage('broken');

        iterator_to_array($tasks->map(['A'], static fn () => throw new \RuntimeException('broken')));
    }

    /** Begins, waits for its socket, and ends. B begins second, and answers itself and then the waiting A. */
    private function task(string $item): string
    {
        $this->log[] = "begin $item";
        $this->sockets[$item] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        if ($item !== 'A') {
            fwrite($this->sockets[$item][1], $item);
        }
        SideBySide::await($this->sockets[$item][0]);
        $answer = fread($this->sockets[$item][0], 1);
        $this->log[] = "answer $answer";
        if ($item === 'B') {
            fwrite($this->sockets['A'][1], 'A');
        }
        return "got $answer";
    }
}
