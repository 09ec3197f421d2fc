<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * flock() holds between the processes of a server, and ends with them.
 */
final class LocksTest extends WrapperTestCase
{
    public function testALockIsSharedOrExclusive(): void
    {
        $path = $this->file('a.txt', 'x');
        [$first, $second] = [fopen($path, 'r'), fopen($path, 'r')];
        self::assertTrue(flock($first, LOCK_SH));
        self::assertTrue(flock($second, LOCK_SH | LOCK_NB));
        self::assertSame([], self::warningsOf(fn () => self::assertFalse(flock($second, LOCK_EX | LOCK_NB))));
        self::assertTrue(flock($first, LOCK_UN));
        self::assertTrue(flock($second, LOCK_EX | LOCK_NB));
        self::assertFalse(flock($first, LOCK_SH | LOCK_NB));
        fclose($second);
        self::assertTrue(flock($first, LOCK_SH | LOCK_NB));
        self::assertTrue(flock($first, LOCK_EX | LOCK_NB));
        fclose($first);
    }

    public function testManyProcessesCountWithoutLosingOne(): void
    {
        $path = $this->file('counter.txt', '0');
        $code = <<<'PHP'
            for ($i = 0; $i < 10; $i++) {
                $handle = fopen($argv[1], 'c+');
                flock($handle, LOCK_EX) || exit('no lock');
                $count = (int) stream_get_contents($handle);
                ftruncate($handle, 0);
                rewind($handle);
                fwrite($handle, (string) ($count + 1));
                flock($handle, LOCK_UN);
                fclose($handle);
            }
            PHP;
        $children = array_map(static fn (): Child => Child::start($code, [$path]), range(1, 4));
        foreach ($children as $child) {
            self::assertSame('', $child->wait());
        }
        self::assertSame('40', file_get_contents($path));
    }

    public function testAKilledProcessHoldsNothing(): void
    {
        $path = $this->file('a.txt', 'x');
        $code = '$handle = fopen($argv[1], "r"); flock($handle, LOCK_EX); posix_kill(getmypid(), SIGKILL);';
        Child::run($code, [$path]);
        self::assertTrue(flock(fopen($path, 'r'), LOCK_EX));
    }

    public function testAProcessThatForgetsItsLockLeavesItAtItsEnd(): void
    {
        $path = $this->file('a.txt', 'x');
        self::assertSame('', Child::run('flock($kept = fopen($argv[1], "c"), LOCK_EX);', [$path])->output);
        self::assertTrue(flock(fopen($path, 'r'), LOCK_EX));
    }

    public function testAFileThatIsNeverUnlockedArrivesAtTheEndOfTheProcess(): void
    {
        $path = $this->file('a.txt', 'old');
        $code = '$kept = fopen($argv[1], "c+"); file_put_contents($argv[1], "newer");'
            . 'flock($kept, LOCK_EX); fwrite($kept, "NEW");';
        self::assertStringNotContainsString('Fatal', Child::run($code, [$path])->output);
        self::assertSame('NEWer', file_get_contents($path));
    }

    public function testWhatWasWrittenUnderALockIsThereBeforeTheLockIsGivenBack(): void
    {
        $path = $this->file('a.txt', 'old');
        $handle = fopen($path, 'c+');
        flock($handle, LOCK_EX);
        fwrite($handle, 'new');
        flock($handle, LOCK_UN);
        self::assertSame('new', file_get_contents($path));
        fclose($handle);
    }

    public function testALockShowsWhatItsLastHolderWrote(): void
    {
        $path = $this->file('a.txt', 'old');
        foreach (['r' => 'one', 'r+' => 'two', 'c+' => 'three', 'a+' => 'four'] as $mode => $content) {
            $handle = fopen($path, $mode);
            file_put_contents($path, $content);
            self::assertTrue(flock($handle, LOCK_EX));
            rewind($handle);
            self::assertSame($content, stream_get_contents($handle), $mode);
            fclose($handle);
        }
    }

    public function testALineIsAppendedUnderALock(): void
    {
        $path = $this->file('log.txt', "one\n");
        self::assertSame(4, file_put_contents($path, "two\n", FILE_APPEND | LOCK_EX));
        self::assertSame("one\ntwo\n", file_get_contents($path));
    }

    public function testAWaitForALockHasAnEnd(): void
    {
        $relay = $this->useRelay();
        $path = $this->file('a.txt', 'x');
        $relay->answer('LOCK', 423, 'another process holds the lock');
        $handle = fopen($path, 'r');
        $warning = self::warningOf(static fn () => self::assertFalse(flock($handle, LOCK_EX)));
        self::assertSame("aloft: cannot lock $path: others have held it for 25 s", $warning);
        self::assertStringContainsString("Prefer: wait=25\r\n", $relay->log());
    }
}
