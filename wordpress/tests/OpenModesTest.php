<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * Every mode of fopen() does in the bucket what it does on a local disk: the same steps are taken on both.
 */
final class OpenModesTest extends WrapperTestCase
{
    private string $local;

    protected function setUp(): void
    {
        parent::setUp();
        $this->local = sys_get_temp_dir() . '/aloft-modes-' . bin2hex(random_bytes(6));
        mkdir($this->local);
    }

    protected function tearDown(): void
    {
        array_map(unlink(...), glob("$this->local/*") ?: []);
        rmdir($this->local);
        parent::tearDown();
    }

    /** @return iterable<string, array{string, bool}> */
    public static function modes(): iterable
    {
        $modes = ['r', 'r+', 'w', 'w+', 'a', 'a+', 'x', 'x+', 'c', 'c+', 'rb', 'w+b', 'ab', 'xt', 'c+e'];
        foreach ([...$modes, 'wb9', 'r9', 'r+z'] as $mode) {
            yield "$mode on a file" => [$mode, true];
            yield "$mode on nothing" => [$mode, false];
        }
    }

    /** @dataProvider modes */
    public function testWritingThenReadingIsLikeOnALocalDisk(string $mode, bool $exists): void
    {
        $steps = static function ($handle): array {
            $read = @fread($handle, 3);
            $written = @fwrite($handle, 'WRITTEN');
            fseek($handle, 1);
            $after = @fread($handle, 100) . @fread($handle, 1);
            return [$read, $written, $after, feof($handle)];
        };
        $this->assertSameOutcome($mode, $exists, $steps);
    }

    /** @dataProvider modes */
    public function testClosingWithoutWritingIsLikeOnALocalDisk(string $mode, bool $exists): void
    {
        $this->assertSameOutcome($mode, $exists, static fn (): array => []);
    }

    /** @dataProvider modes */
    public function testTruncatingIsLikeOnALocalDisk(string $mode, bool $exists): void
    {
        $steps = static function ($handle): array {
            $cut = @ftruncate($handle, 2);
            return [$cut, @fwrite($handle, 'x'), fstat($handle)['size']];
        };
        $this->assertSameOutcome($mode, $exists, $steps);
    }

    /** @dataProvider compressions */
    public function testCompressedFilesAreWrittenAsOnALocalDisk(string $mode): void
    {
        foreach ([$this->local, $this->directory] as $folder) {
            $file = gzopen("$folder/a.gz", $mode);
            self::assertIsResource($file);
            gzwrite($file, str_repeat('compressed ', 1000));
            gzclose($file);
        }

        self::assertFileEquals("$this->local/a.gz", "$this->directory/a.gz");
        self::assertSame(str_repeat('compressed ', 1000), implode('', gzfile("$this->directory/a.gz")));
    }

    /** @return iterable<string, array{string}> */
    public static function compressions(): iterable
    {
        foreach (['w', 'wb', 'wb9', 'w9', 'wb1', 'wb6f', 'ab9'] as $mode) {
            yield $mode => [$mode];
        }
    }

    public function testWhatIsNoModeIsRefused(): void
    {
        self::assertStringContainsString(
            '"q" is no mode',
            self::warningOf(fn () => fopen($this->file('a.txt', 'x'), 'q')),
        );
    }

    /** @param callable(resource): array<mixed> $steps */
    private function assertSameOutcome(string $mode, bool $exists, callable $steps): void
    {
        $expected = $this->outcome("$this->local/file", $mode, $exists, $steps);
        $actual = $this->outcome("$this->directory/file", $mode, $exists, $steps);
        self::assertSame($expected, $actual);
    }

    /**
     * @param callable(resource): array<mixed> $steps
     * @return array<string, mixed>
     */
    private function outcome(string $path, string $mode, bool $exists, callable $steps): array
    {
        if ($exists) {
            file_put_contents($path, 'old content');
        }
        $outcome = [];
        $hidden = self::warningsOf(static function () use ($path, $mode, $steps, &$outcome): void {
            $handle = @fopen($path, $mode);
            $outcome['opened'] = $handle !== false;
            if ($handle !== false) {
                $outcome['steps'] = $steps($handle);
                $outcome['closed'] = fclose($handle);
            }
        });
        $outcome['warnings'] = count($hidden);
        clearstatcache();
        $outcome['exists'] = file_exists($path);
        $outcome['content'] = @file_get_contents($path);
        return $outcome;
    }
}
