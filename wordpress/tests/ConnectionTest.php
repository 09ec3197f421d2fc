<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\WriteFailed;

final class ConnectionTest extends WrapperTestCase
{
    public function testAProcessUsesOneConnection(): void
    {
        $relay = $this->useRelay();
        $code = <<<'PHP'
            for ($i = 0; $i < 20; $i++) {
                file_put_contents("$argv[1]/$i.txt", "content $i");
                is_file("$argv[1]/$i.txt") || exit(1);
                file_get_contents("$argv[1]/$i.txt") === "content $i" || exit(2);
            }
            scandir($argv[1]);
            PHP;
        $child = Child::run($code, [$this->directory], [], $relay->address);
        self::assertSame(['', 0], [$child->output, $child->status]);
        self::assertSame(1, $relay->connections());
        self::assertCount(81, $relay->requests());
    }

    /** The agent purges the CDNs, and the project's composer.json says whether it shall. */
    public function testTheAgentIsToldThatTheProjectWantsNoPurges(): void
    {
        $relay = $this->useRelay();
        $folder = sys_get_temp_dir() . '/aloft-project-' . bin2hex(random_bytes(6));
        mkdir($folder);
        $code = 'define("ABSPATH", "$argv[2]/"); Aloft\\Plugin::startUnlessSwitchedOff(); touch("$argv[1]/a.txt");';
        foreach (['{}', '{"extra": {"altis": {"modules": {"cloud": {"cdn-media-purge": false}}}}}'] as $project) {
            file_put_contents("$folder/composer.json", $project);
            self::assertSame('', Child::run($code, [$this->directory, $folder], [], $relay->address)->output);
            $heads = array_filter(explode("\r\n\r\n", $relay->log()));
            $told = array_filter($heads, static fn (string $head): bool => str_contains($head, "Aloft-Purges: off"));
            self::assertNotEmpty($heads);
            self::assertSame($project === '{}' ? [] : $heads, $told);
            $relay->forget();
        }
        unlink("$folder/composer.json");
        rmdir($folder);
    }

    public function testAProcessThatTouchesNoFileUsesNone(): void
    {
        $relay = $this->useRelay();
        Child::run('echo S3;', [], [], $relay->address);
        self::assertSame(0, $relay->connections());
    }

    public function testAConnectionThatTheAgentClosedIsReplaced(): void
    {
        $relay = $this->useRelay();
        $relay->closeAfterEachAnswer();
        foreach (['a', 'b', 'c'] as $name) {
            self::assertFileDoesNotExist("$this->directory/$name");
            usleep(20_000);
        }
        self::assertSame(3, $relay->connections());
    }

    public function testAChildOfAForkOpensItsOwn(): void
    {
        $relay = $this->useRelay();
        $path = $this->file('a.txt', 'content');
        $child = pcntl_fork();
        if ($child === 0) {
            $isRight = file_get_contents($path) === 'content';
            posix_kill(getmypid(), $isRight ? SIGTERM : SIGKILL);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(SIGTERM, pcntl_wtermsig($status));
        self::assertSame('content', file_get_contents($path));
        self::assertSame(2, $relay->connections());
    }

    public function testAnExchangeThatBeginsInsideAnotherDoesNotMixWithIt(): void
    {
        $this->file('outer.txt', str_repeat('outer ', 100_000));
        $this->file('inner.txt', 'inner');
        $code = <<<'PHP'
            pcntl_async_signals(true);
            $inner = 0;
            pcntl_signal(SIGALRM, function () use ($argv, &$inner) {
                file_get_contents("$argv[1]/inner.txt") === 'inner' || exit(1);
                $inner++;
            });
            $outer = str_repeat('outer ', 100_000);
            for ($i = 0; $i < 300; $i++) {
                $i % 3 === 0 && posix_kill(getmypid(), SIGALRM);
                file_get_contents("$argv[1]/outer.txt") === $outer || exit(2);
            }
            echo $inner;
            PHP;
        $child = Child::run($code, [$this->directory]);
        self::assertSame(['100', 0], [$child->output, $child->status]);
    }

    public function testAnErrorHandlerThatWritesIntoTheBucketDoesNotMixUpTheExchange(): void
    {
        $relay = $this->useRelay();
        $log = "$this->directory/log.txt";
        set_error_handler(static function (int $level, string $message) use ($log, $relay): bool {
            $relay->interfereNoMore();
            file_put_contents($log, $message, FILE_APPEND);
            return true;
        });
        try {
            $relay->answer('OPTIONS', 403, 'outside the site');
            self::assertFalse(fopen("$this->directory/a.txt", 'w'));
        } finally {
            restore_error_handler();
        }
        self::assertStringContainsString('outside the site', file_get_contents($log));
    }

    public function testAnAgentThatIsNotThereIsReportedAtOnce(): void
    {
        $this->useAgent('/nonexistent/agent.sock');
        $started = microtime(true);
        $warning = self::warningOf(fn () => self::assertFalse(file_put_contents("$this->directory/a.txt", 'x')));
        self::assertStringContainsString('the agent cannot be reached at /nonexistent/agent.sock: No such', $warning);
        self::assertLessThan(1, microtime(true) - $started);
    }

    public function testAnAgentThatIsSilentIsWaitedForOnceAndNotTwentyTimes(): void
    {
        $relay = $this->useRelay(silenceSeconds: 1);
        $relay->ignore('HEAD');
        $started = microtime(true);
        for ($i = 0; $i < 20; $i++) {
            self::assertFileDoesNotExist("$this->directory/picture-$i.jpg");
        }
        $waited = microtime(true) - $started;
        self::assertGreaterThan(0.9, $waited);
        self::assertLessThan(1.9, $waited);
        self::assertCount(1, $relay->requests());
    }

    public function testAfterAsLongAWaitTheAgentIsAskedAgain(): void
    {
        $relay = $this->useRelay(silenceSeconds: 1);
        $path = $this->file('a.txt', 'x');
        $relay->ignore('HEAD');
        self::assertFileDoesNotExist($path);
        $relay->interfereNoMore();
        usleep(1_100_000);
        self::assertFileExists($path);
    }

    public function testOneFileThatCannotBeStoredKeepsNoOtherFromBeingStored(): void
    {
        $relay = $this->useRelay(isStrict: false);
        $relay->answer('PUT', 503, 'S3 answers 500', afterSeconds: 1);
        $warning = self::warningOf(fn () => file_put_contents("$this->directory/poison.txt", 'x'));
        self::assertStringContainsString('poison.txt: S3 answers 500', $warning);
        $relay->interfereNoMore();
        self::assertSame(1, file_put_contents("$this->directory/next.txt", 'x'));
        self::assertSame('x', file_get_contents("$this->directory/next.txt"));
    }

    public function testAConnectionThatBreaksAfterALongTimeKeepsNoOtherExchangeFromHappening(): void
    {
        $relay = $this->useRelay(isStrict: false);
        $relay->drop('PUT', afterSeconds: 1);
        $warning = self::warningOf(fn () => file_put_contents("$this->directory/first.txt", 'x'));
        self::assertStringContainsString('closed the connection without an answer', $warning);
        $relay->interfereNoMore();
        self::assertSame(1, file_put_contents("$this->directory/next.txt", 'x'));
    }

    public function testAnAgentThatGoesAwayWhileItIsSentAFileIsAFailedWrite(): void
    {
        $relay = $this->useRelay();
        $relay->drop('PUT');
        $this->expectException(WriteFailed::class);
        $this->expectExceptionMessage("aloft: cannot write $this->directory/large.bin: the agent at $relay->address ");
        file_put_contents("$this->directory/large.bin", str_repeat('x', 30 << 20));
    }

    public function testWhyTheAgentRefusesAFileBeforeItHasAllOfItIsStillHeard(): void
    {
        $relay = $this->useRelay();
        $relay->answer('PUT', 413, 'larger than the limit of the site');
        $this->expectException(WriteFailed::class);
        $this->expectExceptionMessage('larger than the limit of the site');
        file_put_contents("$this->directory/large.bin", str_repeat('x', 30 << 20));
    }
}
