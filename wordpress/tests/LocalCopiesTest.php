<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Agent\Agent;
use Aloft\Files\Files;
use Aloft\Stream\LocalCopies;
use Aloft\Uploads\Settings;
use Aloft\WriteFailed;

/**
 * Code that needs a real path gets one, and what it writes there reaches S3 or is reported.
 */
final class LocalCopiesTest extends WrapperTestCase
{
    public function testACopyToReadHasTheContentAndCannotBeWritten(): void
    {
        $local = aloft_local_path($this->file('report.PDF', 'content'));
        self::assertSame('content', file_get_contents($local));
        self::assertSame([0400, 0700], [fileperms($local) & 0777, fileperms(dirname($local)) & 0777]);
        self::assertMatchesRegularExpression('~/aloft-local-[0-9a-f]{32}/[0-9a-f]{32}\.pdf$~', $local);
        self::assertTrue(aloft_local_done($local));
        self::assertFileDoesNotExist($local);
        self::assertSame('content', file_get_contents("$this->directory/report.PDF"));
    }

    public function testAnArchiveIsWrittenAndRead(): void
    {
        $path = "$this->directory/backup.zip";
        $local = aloft_local_path($path, 'c');
        $archive = new \ZipArchive();
        self::assertTrue($archive->open($local, \ZipArchive::CREATE));
        $archive->addFile(aloft_local_path($this->file('a.txt', 'packed')), 'a.txt');
        self::assertTrue($archive->close());
        self::assertFileDoesNotExist($path);
        self::assertTrue(aloft_local_done($local));
        self::assertTrue($archive->open(aloft_local_path($path)));
        self::assertSame('packed', $archive->getFromName('a.txt'));
    }

    public function testAnArchiveIsAddedTo(): void
    {
        foreach (['one', 'two'] as $name) {
            $local = aloft_local_path("$this->directory/a.zip", 'c');
            $archive = new \ZipArchive();
            $archive->open($local, \ZipArchive::CREATE);
            $archive->addFromString($name, $name);
            $archive->close();
            aloft_local_done($local);
        }
        $archive->open(aloft_local_path("$this->directory/a.zip"));
        self::assertSame(2, $archive->numFiles);
    }

    public function testImagickReadsAFrameAndWritesByName(): void
    {
        imagegif(imagecreatetruecolor(40, 30), "$this->directory/a.gif");
        $image = new \Imagick(aloft_local_path("$this->directory/a.gif") . '[0]');
        $local = aloft_local_path("$this->directory/b.png", 'w');
        self::assertTrue($image->writeImage($local));
        self::assertTrue(aloft_local_done($local));
        self::assertSame([40, 30], array_slice(getimagesize("$this->directory/b.png"), 0, 2));
    }

    /** @dataProvider codeNames */
    public function testACopyNeverHasAnExtensionThatAServerRuns(string $name): void
    {
        $local = aloft_local_path($this->file($name, '<?php'));
        self::assertMatchesRegularExpression('~/[0-9a-f]{32}$~', $local);
        aloft_local_done($local);
    }

    /** @return iterable<array{string}> */
    public static function codeNames(): iterable
    {
        $names = ['a.php', 'a.pHp7', 'a.phar', 'a.phtml', 'a.cgi', 'a.html', '.htaccess', 'a.jpg.php', 'a.p h p'];
        foreach ($names as $name) {
            yield $name => [$name];
        }
    }

    public function testAVersionWrittenMeanwhileStays(): void
    {
        $path = $this->file('a.txt', 'old');
        $local = aloft_local_path($path, 'r+');
        file_put_contents($local, 'mine');
        file_put_contents($path, 'theirs');
        try {
            aloft_local_done($local);
            self::fail('no WriteFailed');
        } catch (WriteFailed $failed) {
            self::assertStringContainsString("aloft: cannot write $path: ", $failed->getMessage());
        }
        self::assertSame('theirs', file_get_contents($path));
        self::assertFileDoesNotExist($local);
    }

    public function testACopyThatItsUserRemovedIsNotSent(): void
    {
        $path = $this->file('a.txt', 'old');
        unlink($local = aloft_local_path($path, 'r+'));
        self::assertTrue(aloft_local_done($local));
        self::assertSame('old', file_get_contents($path));
    }

    public function testWhatCannotBeCopiedIsAWarning(): void
    {
        foreach (['missing' => 'no such file', 'below/' => 'it is a directory'] as $name => $reason) {
            $warning = self::warningOf(fn () => self::assertFalse(aloft_local_path("$this->directory/$name")));
            self::assertStringStartsWith("aloft: cannot make a local copy of $this->directory/$name: ", $warning);
            self::assertStringContainsString($reason, $warning);
        }
        self::assertFalse(@aloft_local_path($this->file('there', ''), 'x'));
        self::assertFalse(aloft_local_done(false));
    }

    public function testALocalPathStaysAsItIs(): void
    {
        self::assertSame(__FILE__, aloft_local_path(__FILE__));
        self::assertTrue(aloft_local_done(__FILE__));
        self::assertFileExists(__FILE__);
    }

    public function testThereAreLimitsOfNumberAndSize(): void
    {
        $copies = new LocalCopies(new Files(new Agent(Settings::read()->socket)), true, 2, 4);
        $small = $this->file('small', '1234');
        $large = $this->file('large', '12345');
        self::assertStringContainsString('5 bytes are more', self::warningOf(fn () => $copies->path($large, 'r')));
        $first = $copies->path($small, 'r');
        $copies->path($small, 'r');
        $warning = self::warningOf(fn () => self::assertFalse($copies->path($small, 'r')));
        self::assertStringContainsString('there are 2 already', $warning);
        $copies->done($first);
        self::assertIsString($copies->path($small, 'r'));
    }

    public function testNothingIsLeftAtTheEndAndNothingHalfWrittenIsSent(): void
    {
        $path = $this->file('a.txt', 'old');
        $code = '$local = aloft_local_path($argv[1], "r+"); file_put_contents($local, "half"); echo $local, "\n";'
            . 'aloft_local_path($argv[1]); if (($argv[2] ?? "") !== "") { posix_kill(getmypid(), SIGKILL); }';
        $child = Child::run($code, [$path]);
        $local = strtok($child->output, "\n");
        self::assertStringContainsString("aloft: discards the local copy of $path: aloft_local_done", $child->output);
        self::assertDirectoryDoesNotExist(dirname($local));
        self::assertSame('old', file_get_contents($path));

        $left = dirname(strtok(Child::run($code, [$path, 'killed'])->output, "\n"));
        Child::run('aloft_local_path($argv[1]);', [$path]);
        self::assertDirectoryExists($left, 'it may be about to lock its folder');
        touch($left, time() - 100);
        Child::run('aloft_local_path($argv[1]);', [$path]);
        clearstatcache();
        self::assertDirectoryDoesNotExist($left);
    }

    public function testTheEndOfAForkLeavesTheCopiesOfItsParent(): void
    {
        $code = '$local = aloft_local_path($argv[1]); if (pcntl_fork() === 0) { exit; } pcntl_wait($status);'
            . 'echo file_get_contents($local);';
        self::assertSame('content', Child::run($code, [$this->file('a.txt', 'content')])->output);
    }
}
