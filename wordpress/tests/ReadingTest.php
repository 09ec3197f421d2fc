<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\ReadFailed;

final class ReadingTest extends WrapperTestCase
{
    private const MIB = 1 << 20;

    public function testASmallFileIsReadInOneExchange(): void
    {
        $path = $this->file('small.txt', 'hello');
        $relay = $this->useRelay();
        self::assertSame('hello', file_get_contents($path));
        self::assertCount(1, $relay->requests());
        self::assertStringContainsString("Range: bytes=0-1048575\r\n", $relay->log());
    }

    public function testALargeFileIsReadInGrowingWindowsOfOneVersion(): void
    {
        $content = random_bytes(20 * self::MIB + 5);
        $path = $this->file('large.bin', $content);
        $relay = $this->useRelay();
        self::assertSame(md5($content), md5_file($path));
        preg_match_all('~^Range: bytes=(\d+)-(\d+)~m', $relay->log(), $ranges);
        $sizes = array_map(static fn ($from, $to): int => $to - $from + 1, $ranges[1], $ranges[2]);
        self::assertSame([self::MIB, 2 * self::MIB, 4 * self::MIB, 8 * self::MIB, 8 * self::MIB], $sizes);
        self::assertSame(4, preg_match_all('~^If-Match: "~m', $relay->log()));
    }

    public function testTheEndOfALargeFileIsReadWithoutTheMiddle(): void
    {
        $path = $this->file('large.bin', str_repeat('x', 9 * self::MIB) . 'the end');
        $relay = $this->useRelay();
        $handle = fopen($path, 'rb');
        self::assertSame(0, fseek($handle, -7, SEEK_END));
        self::assertSame('the end', fread($handle, 100));
        self::assertSame(9 * self::MIB + 7, ftell($handle));
        fclose($handle);
        self::assertCount(2, $relay->requests());
    }

    public function testSeekingBackAndForthReadsTheRightBytes(): void
    {
        $content = random_bytes(3 * self::MIB);
        $handle = fopen($this->file('random.bin', $content), 'rb');
        foreach ([0, 2 * self::MIB, 17, 2 * self::MIB + 99, self::MIB - 3, 3 * self::MIB - 8] as $position) {
            fseek($handle, $position);
            self::assertSame(substr($content, $position, 8), fread($handle, 8), "at $position");
        }
        fclose($handle);
    }

    public function testReadingBehindTheEndGivesNothing(): void
    {
        $handle = fopen($this->file('a.txt', 'abc'), 'rb');
        self::assertSame(0, fseek($handle, 100));
        self::assertSame('', fread($handle, 10));
        self::assertTrue(feof($handle));
        self::assertSame(-1, fseek($handle, -1));
        fclose($handle);
    }

    public function testAnEmptyFileIsEmpty(): void
    {
        $path = $this->file('empty', '');
        self::assertSame('', file_get_contents($path));
        $handle = fopen($path, 'rb');
        self::assertSame(0, fstat($handle)['size']);
        self::assertSame('', fread($handle, 10));
        self::assertTrue(feof($handle));
        fclose($handle);
    }

    public function testAnOpenFileTellsItsSizeAndTimeWithoutAskingAgain(): void
    {
        $path = $this->file('a.txt', 'hello');
        $relay = $this->useRelay();
        $handle = fopen($path, 'rb');
        $stat = fstat($handle);
        fclose($handle);
        self::assertSame(5, $stat['size']);
        self::assertSame(0100666, $stat['mode']);
        self::assertEqualsWithDelta(time(), $stat['mtime'], 60);
        self::assertCount(1, $relay->requests());
    }

    public function testAFileThatIsReplacedMeanwhileIsNeverMixedUp(): void
    {
        $path = $this->file('large.bin', str_repeat('a', 5 * self::MIB));
        $handle = fopen($path, 'rb');
        self::assertSame('aaaa', fread($handle, 4));
        file_put_contents($path, str_repeat('b', 5 * self::MIB));
        try {
            $rest = stream_get_contents($handle);
            self::fail('read ' . strlen($rest) . ' bytes, with ' . substr_count($rest, 'b') . ' of another version');
        } catch (ReadFailed $failure) {
            self::assertStringContainsString("cannot read $path: the file was replaced", $failure->getMessage());
        }
        self::assertTrue(feof($handle));
        fclose($handle);
    }

    public function testASiteThatIsNotStrictIsWarnedOfAReadThatEndsEarly(): void
    {
        $path = $this->file('large.bin', str_repeat('a', 5 * self::MIB));
        $relay = $this->useRelay(isStrict: false);
        $handle = fopen($path, 'rb');
        fread($handle, 4);
        $relay->drop('GET');
        $warning = self::warningOf(static fn () => stream_get_contents($handle));
        self::assertStringContainsString("aloft: cannot read $path: ", $warning);
        self::assertTrue(feof($handle));
        fclose($handle);
    }

    public function testAMissingFileCannotBeOpened(): void
    {
        $path = "$this->directory/missing.txt";
        $warning = self::warningOf(static fn () => self::assertFalse(fopen($path, 'r')));
        self::assertStringContainsString("aloft: cannot open $path with \"r\": ", $warning);
        self::assertSame([], self::warningsOf(static fn () => @file_get_contents($path)));
    }

    public function testADirectoryCannotBeRead(): void
    {
        $this->file('below/a.txt', 'x');
        foreach (["$this->directory/below", "$this->directory/below/"] as $path) {
            $warning = self::warningOf(static fn () => self::assertFalse(file_get_contents($path)));
            self::assertStringContainsString('directory', $warning);
        }
    }

    public function testWhatThisRequestWroteIsReadFromWhatTheAgentHolds(): void
    {
        $relay = $this->useRelay();
        $path = $this->file('own.txt', 'mine');
        $relay->forget();
        self::assertSame('mine', file_get_contents($path));
        self::assertStringContainsString("Cache-Control: max-age=60\r\n", $relay->log());
        unlink($path);
        $relay->forget();
        self::assertFalse(@file_get_contents($path));
        self::assertStringNotContainsString('Cache-Control', $relay->log());
    }

    public function testAReadHandleCannotBeWritten(): void
    {
        $handle = fopen($this->file('a.txt', 'abc'), 'r');
        $warning = self::warningOf(static fn () => self::assertFalse(fwrite($handle, 'x')));
        self::assertStringContainsString('open for reading only', $warning);
        self::assertSame('abc', fread($handle, 10));
        fclose($handle);
    }
}
