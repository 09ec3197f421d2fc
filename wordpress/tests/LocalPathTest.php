<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * Files that a rule of the site keeps on the host are on its disk, and never in S3. The agent under test has two rules:
 * for the directory "kept" of each test, and for names that end in ".kept".
 */
final class LocalPathTest extends WrapperTestCase
{
    private string $kept;

    protected function setUp(): void
    {
        parent::setUp();
        $this->kept = "$this->directory/kept";
        mkdir($this->kept);
    }

    protected function tearDown(): void
    {
        $this->removeAll($this->kept);
        parent::tearDown();
        @rmdir(dirname(aloft_local_path($this->kept)));
    }

    public function testAFileIsWrittenReadListedRenamedAndRemoved(): void
    {
        self::assertSame(3, file_put_contents("$this->kept/below/a.log", 'one'));
        self::assertSame(3, file_put_contents("$this->kept/below/a.log", 'two', FILE_APPEND | LOCK_EX));
        self::assertSame('onetwo', file_get_contents("$this->kept/below/a.log"));
        self::assertSame([6, true, false], [
            filesize("$this->kept/below/a.log"),
            is_file("$this->kept/below/a.log"),
            is_dir("$this->kept/below/a.log"),
        ]);
        self::assertSame(['a.log'], scandir("$this->kept/below"));
        self::assertTrue(rename("$this->kept/below/a.log", "$this->kept/new/b.log"));
        self::assertSame('onetwo', file_get_contents("$this->kept/new/b.log"));
        self::assertTrue(touch("$this->kept/new/b.log", 1000));
        clearstatcache();
        self::assertSame(1000, filemtime("$this->kept/new/b.log"));
        self::assertTrue(unlink("$this->kept/new/b.log"));
        self::assertTrue(rmdir("$this->kept/new"));
        self::assertFileDoesNotExist("$this->kept/new");
    }

    public function testItIsOnTheDiskAndNotInS3(): void
    {
        file_put_contents("$this->kept/a.txt", 'x');
        file_put_contents("$this->directory/b.txt", 'x');
        file_put_contents("$this->directory/deep/er/c.kept", 'x');
        $local = aloft_local_path("$this->kept/a.txt");
        self::assertStringEndsWith('/uploads/' . basename($this->directory) . '/kept/a.txt', $local);
        self::assertSame('x', file_get_contents($local));
        self::assertTrue(aloft_local_done($local));
        self::assertFileExists($local);
        self::assertSame(['b.txt'], scandir($this->directory));
        unlink("$this->directory/deep/er/c.kept");
    }

    public function testHandlesAreThoseOfPhpItself(): void
    {
        $handle = fopen("$this->kept/a.txt", 'c+');
        self::assertTrue(flock($handle, LOCK_EX));
        fwrite($handle, 'hello');
        self::assertSame('hello', file_get_contents("$this->kept/a.txt"));
        fseek($handle, 0);
        ftruncate($handle, 2);
        self::assertSame(['he', true], [fread($handle, 10), feof($handle)]);
        self::assertSame(2, fstat($handle)['size']);
        fclose($handle);
    }

    public function testAnOperationIsOneExchange(): void
    {
        $relay = $this->useRelay();
        file_put_contents("$this->kept/a.txt", 'x');
        file_get_contents("$this->kept/a.txt");
        self::assertCount(2, $relay->requests());
    }

    public function testNothingIsRenamedBetweenTheDiskAndS3(): void
    {
        $inS3 = $this->file('b.txt', 'x');
        $onDisk = "$this->kept/a.txt";
        touch($onDisk);
        foreach ([[$inS3, "$this->kept/c.txt"], [$onDisk, "$this->directory/c.txt"]] as [$from, $to]) {
            $warning = self::warningOf(static fn () => self::assertFalse(rename($from, $to)));
            self::assertStringStartsWith("aloft: cannot rename $from to $to: ", $warning);
            self::assertStringContainsString('kept on this host', $warning);
            self::assertTrue(copy($from, $to));
            unlink($to);
        }
    }

    public function testWhatIsMissingIsMissing(): void
    {
        foreach (['file', 'unlink', 'rmdir', 'opendir', 'file_get_contents'] as $function) {
            $warnings = self::warningsOf(fn () => self::assertFalse($function("$this->kept/missing"), $function));
            self::assertStringStartsWith('aloft: cannot ', $warnings[0]);
        }
        self::assertFalse(@stat("$this->kept/missing"));
    }

    public function testItIsNotRunEither(): void
    {
        file_put_contents("$this->kept/a.php", '<?php return "ran";');
        self::assertFalse(@include "$this->kept/a.php");
    }

    private function removeAll(string $directory): void
    {
        foreach (@scandir($directory) ?: [] as $name) {
            is_dir("$directory/$name") ? $this->removeAll("$directory/$name") : unlink("$directory/$name");
        }
        @rmdir($directory);
    }
}
