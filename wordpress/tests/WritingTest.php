<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\WriteFailed;

final class WritingTest extends WrapperTestCase
{
    public function testAFileIsWrittenByOneQuestionAndOnePut(): void
    {
        $relay = $this->useRelay();
        self::assertSame(5, file_put_contents("$this->directory/a.txt", 'hello'));
        self::assertSame(['OPTIONS', 'PUT'], self::methods($relay));
        self::assertSame('hello', file_get_contents("$this->directory/a.txt"));
    }

    public function testALargeFileArrivesWhole(): void
    {
        $content = random_bytes(23 << 20);
        $path = $this->file('large.bin', $content);
        self::assertSame(strlen($content), filesize($path));
        self::assertSame(md5($content), md5_file($path));
    }

    public function testNothingIsSeenBeforeTheFlush(): void
    {
        $path = $this->file('a.txt', 'old');
        $handle = fopen($path, 'w');
        fwrite($handle, 'new');
        self::assertSame('old', file_get_contents($path));
        self::assertTrue(fflush($handle));
        self::assertSame('new', file_get_contents($path));
        fclose($handle);
    }

    public function testAFlushWithoutAChangeSendsNothing(): void
    {
        $relay = $this->useRelay();
        $handle = fopen("$this->directory/a.txt", 'w');
        fflush($handle);
        self::assertSame(['OPTIONS'], self::methods($relay));
        fwrite($handle, 'once');
        fflush($handle);
        fflush($handle);
        fclose($handle);
        self::assertSame(['OPTIONS', 'PUT'], self::methods($relay));
    }

    public function testClosingWithoutWritingMakesAnEmptyFile(): void
    {
        fclose(fopen("$this->directory/empty", 'w'));
        self::assertSame(0, filesize("$this->directory/empty"));
        self::assertSame(0, file_put_contents("$this->directory/also-empty", ''));
        self::assertSame(0, filesize("$this->directory/also-empty"));
    }

    public function testTwoWhoCreateTheSameFileDoNotReplaceEachOther(): void
    {
        $path = "$this->directory/exclusive.txt";
        $first = fopen($path, 'x');
        $second = fopen($path, 'x');
        fwrite($first, 'first');
        fwrite($second, 'second');
        fclose($first);
        $this->assertThrowsWriteFailed($path, static fn () => fclose($second));
        self::assertSame('first', file_get_contents($path));
        self::assertFalse(@fopen($path, 'x'));
    }

    public function testAnEditDoesNotReplaceAnotherVersionThanItBeganWith(): void
    {
        $path = $this->file('a.txt', 'old content');
        $edit = fopen($path, 'r+');
        fwrite($edit, 'OLD');
        file_put_contents($path, 'newer');
        $this->assertThrowsWriteFailed($path, static fn () => fclose($edit));
        self::assertSame('newer', file_get_contents($path));
    }

    public function testAnEditMayBeFlushedMoreThanOnce(): void
    {
        $path = $this->file('a.txt', 'one two');
        $edit = fopen($path, 'r+');
        fwrite($edit, 'ONE');
        fflush($edit);
        fseek($edit, 4);
        fwrite($edit, 'TWO');
        fclose($edit);
        self::assertSame('ONE TWO', file_get_contents($path));
    }

    public function testWhatTwoHandlesAppendBothArrives(): void
    {
        $path = $this->file('log.txt', 'begin ');
        $first = fopen($path, 'a');
        $second = fopen($path, 'a');
        fwrite($first, 'first ');
        fwrite($second, 'second ');
        fclose($second);
        fclose($first);
        self::assertSame('begin second first ', file_get_contents($path));
    }

    public function testAnAppendSendsTheNewBytesAlone(): void
    {
        $path = $this->file('log.txt', str_repeat('x', 100_000));
        $relay = $this->useRelay();
        file_put_contents($path, 'one line', FILE_APPEND);
        self::assertSame(['OPTIONS', 'POST'], self::methods($relay));
        self::assertStringContainsString("Content-Length: 8\r\n", $relay->log());
        self::assertSame(100_008, filesize($path));
    }

    public function testAnAppendThatIsFlushedInBetweenSendsEachByteOnce(): void
    {
        $path = $this->file('log.txt', 'a');
        $handle = fopen($path, 'a+');
        fwrite($handle, 'b');
        fflush($handle);
        fwrite($handle, 'c');
        rewind($handle);
        self::assertSame('abc', fread($handle, 10));
        fclose($handle);
        self::assertSame('abc', file_get_contents($path));
    }

    public function testAnAppendHandleTellsTheWholeSize(): void
    {
        $handle = fopen($this->file('log.txt', 'hello'), 'a');
        fwrite($handle, ' you');
        self::assertSame(9, fstat($handle)['size']);
        fflush($handle);
        self::assertSame(9, fstat($handle)['size']);
        fclose($handle);
    }

    public function testTruncatingAnAppendHandleThatWasReadReplacesTheFile(): void
    {
        $path = $this->file('counter.txt', '41');
        $handle = fopen($path, 'a+');
        $count = (int) fgets($handle);
        ftruncate($handle, 0);
        fwrite($handle, (string) ($count + 1));
        fclose($handle);
        self::assertSame('42', file_get_contents($path));
    }

    public function testTruncatingCanMakeAFileLonger(): void
    {
        $path = $this->file('a.txt', 'ab');
        $handle = fopen($path, 'r+');
        self::assertTrue(ftruncate($handle, 4));
        fclose($handle);
        self::assertSame("ab\0\0", file_get_contents($path));
    }

    public function testTheStatCacheKnowsOfAWrite(): void
    {
        $path = $this->file('a.txt', 'one');
        self::assertSame(3, filesize($path));
        file_put_contents($path, 'longer');
        self::assertSame(6, filesize($path));
        unlink($path);
        self::assertFileDoesNotExist($path);
    }

    public function testAFailedWriteIsNotKeptFromCopyAndItsLike(): void
    {
        $relay = $this->useRelay();
        $path = "$this->directory/a.txt";
        $relay->answer('PUT', 507, 'cannot write: the store is full');
        $this->assertThrowsWriteFailed($path, static fn () => copy(__FILE__, $path), 'the store is full');
        $this->assertThrowsWriteFailed($path, static fn () => file_put_contents($path, 'x'), 'the store is full');
        $this->assertThrowsWriteFailed($path, static fn () => fclose(fopen($path, 'w')), 'the store is full');
        $relay->interfereNoMore();
        self::assertFileDoesNotExist($path);
    }

    public function testAFailedWriteIsNotSentAgainWhenItIsClosed(): void
    {
        $relay = $this->useRelay();
        $relay->answer('PUT', 503, 'S3 does not answer');
        $handle = fopen("$this->directory/a.txt", 'w');
        fwrite($handle, 'x');
        $this->assertThrowsWriteFailed("$this->directory/a.txt", static fn () => fflush($handle));
        $relay->forget();
        fclose($handle);
        self::assertSame([], $relay->requests());
    }

    public function testASiteThatIsNotStrictIsWarnedOfAFailedWrite(): void
    {
        $relay = $this->useRelay(isStrict: false);
        $relay->answer('PUT', 507, 'the store is full');
        $path = "$this->directory/a.txt";
        $warning = self::warningOf(static fn () => file_put_contents($path, 'x'));
        self::assertSame("aloft: cannot write $path: the store is full", $warning);
    }

    public function testWhatIsKnownToFailFailsWhenItIsOpened(): void
    {
        $relay = $this->useRelay();
        $relay->answer('OPTIONS', 503, 'S3 does not answer');
        foreach (['w', 'a', 'x', 'r+', 'c+'] as $mode) {
            $path = "$this->directory/$mode.txt";
            $warning = self::warningOf(static fn () => self::assertFalse(fopen($path, $mode)));
            self::assertSame("aloft: cannot open $path with \"$mode\": S3 does not answer", $warning);
        }
    }

    public function testADirectoryCannotBeWrittenOver(): void
    {
        $this->file('below/a.txt', 'x');
        foreach (["$this->directory/below", "$this->directory/below/"] as $path) {
            $warning = self::warningOf(static fn () => self::assertFalse(fopen($path, 'w')));
            self::assertStringContainsString('directory', $warning);
        }
    }

    public function testAWriteOnlyHandleCannotBeRead(): void
    {
        $handle = fopen("$this->directory/a.txt", 'w');
        $warning = self::warningOf(static fn () => self::assertFalse(fread($handle, 1)));
        fclose($handle);
        self::assertStringContainsString('open for writing only', $warning);
    }

    public function testAFileThatIsNeverClosedArrivesAtTheEndOfTheProcess(): void
    {
        $code = '$kept = fopen($argv[1], "w"); fwrite($kept, "kept"); if (isset($argv[2])) { file_exists($argv[1]); }';
        $child = Child::run($code, ["$this->directory/kept.txt"]);
        self::assertSame('', $child->output);
        self::assertSame('kept', file_get_contents("$this->directory/kept.txt"));
        Child::run($code, ["$this->directory/again.txt", 'connected after it was opened']);
        self::assertSame('kept', file_get_contents("$this->directory/again.txt"));
    }

    /** @param callable(): mixed $step */
    private function assertThrowsWriteFailed(string $path, callable $step, string $reason = ''): void
    {
        try {
            $step();
            self::fail("no WriteFailed for $path");
        } catch (WriteFailed $failure) {
            self::assertStringContainsString("aloft: cannot write $path: ", $failure->getMessage());
            self::assertStringContainsString($reason, $failure->getMessage());
        }
    }

    /** @return list<string> */
    private static function methods(Relay $relay): array
    {
        return array_map(static fn (string $request): string => strtok($request, ' '), $relay->requests());
    }
}
