<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Files\Lock;
use Aloft\ReadFailed;
use Aloft\WriteFailed;

/**
 * The lines of docs/reference/php-differences.md, each seen on a disk and on s3://.
 */
final class DifferencesTest extends WrapperTestCase
{
    private const PAGE = __DIR__ . '/../../docs/reference/php-differences.md';

    private string $disk;

    protected function setUp(): void
    {
        parent::setUp();
        $this->disk = sys_get_temp_dir() . '/aloft-differences-' . bin2hex(random_bytes(6));
        mkdir($this->disk);
        mkdir($this->directory);
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        foreach (['below/a.txt', 'below', 'empty', 'from', 'a.txt', 'b.txt', 'new.txt'] as $name) {
            is_dir("$this->disk/$name") ? rmdir("$this->disk/$name") : @unlink("$this->disk/$name");
        }
        rmdir($this->disk);
    }

    public function testThePageAndTheseTestsAreTheSame(): void
    {
        preg_match_all('~\| `(test\w+)` \|$~m', (string) file_get_contents(self::PAGE), $lines);
        $methods = array_map(
            static fn (\ReflectionMethod $method): string => $method->name,
            (new \ReflectionClass($this))->getMethods(\ReflectionMethod::IS_PUBLIC),
        );
        $tests = preg_grep('/^test(?!ThePageAndTheseTests)/', $methods);
        self::assertEqualsCanonicalizing($lines[1], $tests);
        self::assertGreaterThan(15, count($tests));
    }

    public function testWhatWasWrittenIsSeenAfterTheFlush(): void
    {
        $seen = $this->onBoth(static function (string $root): array {
            file_put_contents("$root/a.txt", 'old');
            $handle = fopen("$root/a.txt", 'w');
            fwrite($handle, 'new');
            $before = file_get_contents("$root/a.txt");
            fflush($handle);
            return [$before, file_get_contents("$root/a.txt")];
        });
        self::assertSame([['new', 'new'], ['old', 'new']], $seen);
    }

    public function testAFailedWriteThrows(): void
    {
        self::assertNotEmpty(self::warningsOf(static fn () => fwrite(fopen('/dev/full', 'w'), 'x')));
        $this->useRelay()->answer('PUT', 507, 'the store is full');
        $this->expectException(WriteFailed::class);
        file_put_contents("$this->directory/a.txt", 'x');
    }

    public function testTheSlowerEditorIsTold(): void
    {
        $edit = static function (string $root): string {
            file_put_contents("$root/a.txt", 'old');
            $slow = fopen("$root/a.txt", 'r+');
            fwrite($slow, 'S');
            file_put_contents("$root/a.txt", 'fast');
            fseek($slow, 1);
            fwrite($slow, 'l');
            try {
                fclose($slow);
            } catch (WriteFailed) {
                return 'told, ' . file_get_contents("$root/a.txt");
            }
            return file_get_contents("$root/a.txt");
        };
        self::assertSame(['flst', 'told, fast'], $this->onBoth($edit));
    }

    public function testPhpLocksNoWholeWriteOfAUrl(): void
    {
        $write = static fn(string $root): int|false => @file_put_contents("$root/a.txt", 'x', LOCK_EX);
        self::assertSame([1, false], $this->onBoth($write));
    }

    public function testAnAppendingHandleHasNoPosition(): void
    {
        $tell = static function (string $root): array {
            file_put_contents("$root/a.txt", 'hello');
            $tells = [];
            foreach (['a', 'a+'] as $mode) {
                $handle = fopen("$root/a.txt", $mode);
                fseek($handle, 0, SEEK_END);
                array_push($tells, ftell($handle), fstat($handle)['size']);
            }
            return $tells;
        };
        self::assertSame([[5, 5, 5, 5], [0, 5, 5, 5]], $this->onBoth($tell));
    }

    public function testTimesAndModesAreNotKept(): void
    {
        $kept = static function (string $root): array {
            $accepted = touch("$root/a.txt", 1000) && chmod("$root/a.txt", 0640);
            clearstatcache();
            return [$accepted, filemtime("$root/a.txt") === 1000, fileperms("$root/a.txt") & 0777];
        };
        self::assertSame([[true, true, 0640], [true, false, 0666]], $this->onBoth($kept));
    }

    public function testAReadMayGiveLess(): void
    {
        $read = static function (string $root): int {
            file_put_contents("$root/a.txt", str_repeat('x', 100_000));
            return strlen(fread(fopen("$root/a.txt", 'r'), 100_000));
        };
        self::assertSame([100_000, 8192], $this->onBoth($read));
        $readPastTheEnd = static function (string $root): array {
            $handle = fopen("$root/a.txt", 'w+');
            fwrite($handle, 'short');
            rewind($handle);
            return [fread($handle, 100), feof($handle), fread($handle, 100), feof($handle)];
        };
        self::assertSame([['short', true, '', true], ['short', false, '', true]], $this->onBoth($readPastTheEnd));
    }

    public function testAReaderKeepsItsVersion(): void
    {
        $read = static function (string $root): string {
            file_put_contents("$root/a.txt", str_repeat('a', 3 << 20));
            $handle = fopen("$root/a.txt", 'r');
            fread($handle, 1);
            file_put_contents("$root/a.txt", str_repeat('b', 3 << 20));
            try {
                return substr(count_chars((string) stream_get_contents($handle), 3), -1);
            } catch (ReadFailed $failed) {
                return 'fails';
            }
        };
        [$onDisk, $inBucket] = $this->onBoth($read);
        self::assertSame('b', $onDisk);
        self::assertContains($inBucket, ['a', 'fails']);
    }

    public function testADirectoryIsNotOpened(): void
    {
        mkdir("$this->disk/below");
        $this->file('below/a.txt', 'x');
        $open = static fn (string $root): bool => is_resource(@fopen("$root/below", 'r'));
        self::assertSame([true, false], $this->onBoth($open));
    }

    public function testAMissingFileIsTakenAsMissingForASecond(): void
    {
        $relay = $this->useRelay();
        $path = "$this->directory/a.txt";
        $begin = microtime(true);
        for ($i = 0; $i < 100; $i++) {
            self::assertFileDoesNotExist($path);
        }
        if (microtime(true) - $begin < 1) {
            self::assertCount(1, $relay->requests());
        }
        file_put_contents($path, 'x');
        self::assertFileExists($path);
        unlink($path);
        self::assertFileDoesNotExist($path);
        Child::run('file_put_contents($argv[1], "x");', [$path]);
        flock(fopen("$this->directory/lock", 'c'), LOCK_SH);
        self::assertFileExists($path);
        touch("$this->disk/a.txt");
        self::assertFileExists("$this->disk/a.txt");
    }

    public function testDirectoriesComeWithTheirFiles(): void
    {
        $write = static fn (string $root): array => [
            @file_put_contents("$root/below/a.txt", 'x'),
            @unlink("$root/below/a.txt"),
            file_exists("$root/below"),
            @mkdir("$root/from/here"),
        ];
        self::assertSame([[false, false, false, false], [1, true, false, true]], $this->onBoth($write));
    }

    public function testADirectoryReplacesNothing(): void
    {
        $rename = static function (string $root): bool {
            mkdir("$root/from");
            mkdir("$root/empty");
            return @rename("$root/from", "$root/empty");
        };
        self::assertSame([true, false], $this->onBoth($rename));
    }

    public function testAListingHasNoDots(): void
    {
        $list = static function (string $root): array {
            touch("$root/b.txt");
            touch("$root/a.txt");
            return [scandir($root), @scandir("$root/a*")];
        };
        [$onDisk, $inBucket] = $this->onBoth($list);
        self::assertSame([['.', '..', 'a.txt', 'b.txt'], false], $onDisk);
        self::assertSame([['a.txt', 'b.txt'], ['a.txt']], $inBucket);
    }

    public function testPathsAreResolvedByTheLetters(): void
    {
        $look = static fn (string $root): bool => touch("$root/a.txt") && file_exists("$root/missing/.././/a.txt");
        self::assertSame([false, true], $this->onBoth($look));
    }

    public function testAWaitForALockIsNotForEver(): void
    {
        self::assertLessThan(30, Lock::WAIT_SECONDS);
        $would = static function (string $root): array {
            [$first, $second] = [fopen("$root/a.txt", 'c'), fopen("$root/a.txt", 'c')];
            flock($first, LOCK_EX);
            return [flock($second, LOCK_EX | LOCK_NB, $wouldBlock), $wouldBlock];
        };
        [$onDisk, $inBucket] = $this->onBoth($would);
        self::assertSame([false, 1], $onDisk);
        self::assertFalse($inBucket[0]);
    }

    public function testNothingIsRun(): void
    {
        $run = static function (string $root): mixed {
            file_put_contents("$root/a.txt", '<?php return "ran";');
            return @include "$root/a.txt";
        };
        self::assertSame(['ran', false], $this->onBoth($run));
    }

    public function testARenameStaysOnItsSide(): void
    {
        touch("$this->disk/a.txt");
        self::assertTrue(rename("$this->disk/a.txt", "$this->disk/b.txt"));
        self::assertFalse(@rename("$this->disk/b.txt", "$this->directory/b.txt"));
        self::assertTrue(copy("$this->disk/b.txt", "$this->directory/b.txt"));
    }

    public function testWhatKnowsRealPathsOnlyGetsOne(): void
    {
        $path = $this->file('a.txt', 'x');
        self::assertSame([], glob("$this->directory/*"));
        self::assertFalse(realpath($path));
        self::assertNotTrue((new \ZipArchive())->open($path));
        $local = aloft_local_path($path);
        self::assertSame([$local], glob(dirname($local) . '/*.txt'));
        self::assertSame($local, realpath($local));
        aloft_local_done($local);
    }

    /**
     * @param callable(string): mixed $step what is done in a folder
     * @return array{mixed, mixed} what it gives on disk, and on s3://
     */
    private function onBoth(callable $step): array
    {
        return [$step($this->disk), $step($this->directory)];
    }
}
