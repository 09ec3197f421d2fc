<?php

declare(strict_types=1);

namespace Aloft\Tests;

final class StatTest extends WrapperTestCase
{
    public function testAFileIsAFileThatEveryoneMayWrite(): void
    {
        $path = $this->file('a.txt', 'hello');
        self::assertFileExists($path);
        self::assertTrue(is_file($path));
        self::assertFalse(is_dir($path));
        self::assertFalse(is_link($path));
        self::assertTrue(is_readable($path));
        self::assertTrue(is_writable($path));
        self::assertSame(0100666, fileperms($path));
        self::assertSame(5, filesize($path));
        self::assertEqualsWithDelta(time(), filemtime($path), 60);
        self::assertSame(posix_geteuid(), fileowner($path));
        self::assertSame(posix_getegid(), filegroup($path));
    }

    public function testADirectoryIsOneWithOrWithoutASlash(): void
    {
        $this->file('below/a.txt', 'x');
        foreach (["$this->directory/below", "$this->directory/below/"] as $path) {
            self::assertTrue(is_dir($path), $path);
            self::assertFalse(is_file($path), $path);
            self::assertTrue(is_writable($path), $path);
            self::assertSame(0040777, fileperms($path), $path);
        }
    }

    public function testAFileIsNoDirectoryWhenItsPathEndsInASlash(): void
    {
        $path = $this->file('a.txt', 'x');
        self::assertFileDoesNotExist("$path/");
    }

    public function testANameWithoutAnExtensionIsAFile(): void
    {
        self::assertTrue(is_file($this->file('LICENSE', 'x')));
        self::assertFileDoesNotExist("$this->directory/README");
    }

    /** @dataProvider oddNames */
    public function testAnOddNameIsWrittenFoundListedAndRemoved(string $name): void
    {
        $path = $this->file($name, $name);
        self::assertSame($name, file_get_contents($path));
        self::assertSame([$name], scandir($this->directory));
        self::assertTrue(unlink($path));
        self::assertFileDoesNotExist($path);
    }

    /** @return iterable<array{string}> */
    public static function oddNames(): iterable
    {
        $names = ['a b.txt', 'a?b', 'a#b', '50%', 'a%20b', 'a+b&c=d', "it's", 'ü猫.txt', '0', '123', '...', 'a:b', 'a*'];
        foreach ($names as $name) {
            yield $name => [$name];
        }
    }

    public function testDotsAndDoubleSlashesAreResolved(): void
    {
        $this->file('a.txt', 'hello');
        self::assertSame('hello', file_get_contents("$this->directory/./below/..//a.txt"));
        self::assertStringContainsString(
            'leads above its bucket',
            self::warningOf(static fn () => fopen('s3://media/../other/a.txt', 'r')),
        );
        self::assertFileDoesNotExist('s3://media/../other');
    }

    public function testAMissingFileIsAskedForSilentlyUnlessPhpWarns(): void
    {
        $path = "$this->directory/missing";
        self::assertSame([], self::warningsOf(static fn () => self::assertFalse(file_exists($path))));
        self::assertSame(
            ["stat(): stat failed for $path"],
            self::warningsOf(static fn () => self::assertFalse(stat($path))),
        );
    }

    public function testAnAgentThatIsAwayIsReportedUnlessPhpIsQuiet(): void
    {
        $path = "$this->directory/a.txt";
        $this->useAgent('/nonexistent/agent.sock');
        self::assertSame([], self::warningsOf(static fn () => self::assertFalse(is_file($path))));
        self::assertStringContainsString(
            'the agent cannot be reached at /nonexistent/agent.sock',
            self::warningOf(static fn () => self::assertFalse(filesize($path))),
        );
    }

    public function testTheAgentRefusesWhatIsOutsideTheSite(): void
    {
        $warning = self::warningOf(static fn () => self::assertFalse(stat('s3://not-this-sites-bucket/a.txt')));
        self::assertStringContainsString('aloft: cannot stat s3://not-this-sites-bucket/a.txt: ', $warning);
        self::assertStringContainsString('bucket', substr($warning, 50));
    }

    public function testTouchMakesAMissingFileAndLeavesOthersAlone(): void
    {
        self::assertTrue(touch("$this->directory/new"));
        self::assertSame('', file_get_contents("$this->directory/new"));
        $path = $this->file('a.txt', 'content');
        self::assertTrue(touch($path, 1000));
        self::assertSame('content', file_get_contents($path));
        $this->useAgent('/nonexistent/agent.sock');
        self::assertStringContainsString(
            "aloft: cannot touch $path: ",
            self::warningOf(static fn () => self::assertFalse(touch($path))),
        );
    }

    public function testModesAndOwnersAreAcceptedWithoutAsking(): void
    {
        $path = $this->file('a.txt', 'x');
        $relay = $this->useRelay();
        self::assertTrue(chmod($path, 0600));
        self::assertTrue(chown($path, 'root'));
        self::assertTrue(chgrp($path, 0));
        self::assertSame([], $relay->requests());
    }
}
