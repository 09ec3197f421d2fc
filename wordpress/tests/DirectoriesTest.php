<?php

declare(strict_types=1);

namespace Aloft\Tests;

final class DirectoriesTest extends WrapperTestCase
{
    public function testADirectoryIsMadeAndRemoved(): void
    {
        $path = "$this->directory/made";
        self::assertTrue(mkdir($path));
        self::assertTrue(is_dir($path));
        self::assertSame([], scandir($path));
        self::assertTrue(rmdir($path));
        self::assertFalse(is_dir($path));
    }

    public function testDirectoriesAreMadeWithTheOnesAbove(): void
    {
        self::assertTrue(mkdir("$this->directory/a/b/c", 0777, true));
        self::assertTrue(is_dir("$this->directory/a/b"));
        rmdir("$this->directory/a/b/c");
    }

    public function testADirectoryIsNotMadeTwice(): void
    {
        mkdir("$this->directory/made");
        $warning = self::warningOf(fn () => self::assertFalse(mkdir("$this->directory/made")));
        self::assertStringContainsString("aloft: cannot make $this->directory/made: ", $warning);
        $file = $this->file('a.txt', 'x');
        self::assertFalse(@mkdir($file));
        self::assertSame('x', file_get_contents($file));
    }

    public function testADirectoryThatIsNotEmptyIsNotRemoved(): void
    {
        $path = $this->file('full/a.txt', 'x');
        $warning = self::warningOf(fn () => self::assertFalse(rmdir("$this->directory/full")));
        self::assertStringContainsString('not empty', $warning);
        self::assertFileExists($path);
        self::assertFalse(@rmdir("$this->directory/missing"));
        self::assertFalse(@rmdir($path));
    }

    public function testATreeIsRemovedChildrenFirst(): void
    {
        $ways = [self::removeByName(...), self::removeByIterator(...), self::removeByWhatIsThere(...)];
        foreach ($ways as $remove) {
            foreach (['a.txt', 'b/c.txt', 'b/d/e.txt', 'f/g.txt'] as $name) {
                $this->file("tree/$name", 'x');
            }
            self::assertSame([], self::warningsOf(fn () => $remove("$this->directory/tree")));
            self::assertFileDoesNotExist("$this->directory/tree");
        }
    }

    private static function removeByName(string $directory): void
    {
        foreach (scandir($directory) as $name) {
            $path = "$directory/$name";
            is_dir($path) ? self::removeByName($path) : self::assertTrue(unlink($path));
        }
        self::assertTrue(rmdir($directory));
    }

    private static function removeByIterator(string $directory): void
    {
        $entries = new \RecursiveDirectoryIterator($directory, \FilesystemIterator::SKIP_DOTS);
        foreach (new \RecursiveIteratorIterator($entries, \RecursiveIteratorIterator::CHILD_FIRST) as $entry) {
            $path = $entry->getPathname();
            self::assertTrue($entry->isDir() ? rmdir($path) : unlink($path), $path);
        }
        self::assertTrue(rmdir($directory));
    }

    /** As WP_Filesystem_Direct::delete() does. */
    private static function removeByWhatIsThere(string $directory): void
    {
        foreach (scandir($directory) as $name) {
            is_file("$directory/$name") ? unlink("$directory/$name") : self::removeByWhatIsThere("$directory/$name");
        }
        self::assertTrue(!file_exists($directory) || rmdir($directory));
    }

    public function testEntriesComeWithoutDotsInOrder(): void
    {
        foreach (['b.txt', 'a.txt', 'c/d.txt'] as $name) {
            $this->file($name, 'x');
        }
        self::assertSame(['a.txt', 'b.txt', 'c'], scandir($this->directory));
    }

    public function testAStarListsWhatBeginsSo(): void
    {
        foreach (['cat.jpg', 'cat-1.jpg', 'dog.jpg'] as $name) {
            $this->file($name, 'x');
        }
        self::assertSame(['cat-1.jpg', 'cat.jpg'], scandir("$this->directory/cat*"));
        self::assertSame(['cat-1.jpg', 'cat.jpg', 'dog.jpg'], scandir("$this->directory/*"));
    }

    public function testAHandleIsReadFromItsBeginningAgain(): void
    {
        $this->file('a.txt', 'x');
        $this->file('b.txt', 'x');
        $handle = opendir($this->directory);
        self::assertSame('a.txt', readdir($handle));
        rewinddir($handle);
        self::assertSame(['a.txt', 'b.txt', false], [readdir($handle), readdir($handle), readdir($handle)]);
        closedir($handle);
    }

    public function testALargeDirectoryComesInPages(): void
    {
        $relay = $this->useRelay();
        for ($i = 0; $i < 1002; $i++) {
            $names[] = sprintf('%04d.txt', $i);
            file_put_contents("$this->directory/$names[$i]", '');
        }
        $relay->forget();
        $handle = opendir($this->directory);
        self::assertSame($names, self::read($handle));
        self::assertCount(2, $relay->requests());
        rewinddir($handle);
        self::assertSame($names, self::read($handle));
        closedir($handle);
    }

    public function testATreeIsWalked(): void
    {
        foreach (['a.txt', 'b/c.txt', 'b/d/e.txt'] as $name) {
            $this->file($name, 'x');
        }
        $found = [];
        $tree = new \RecursiveDirectoryIterator($this->directory, \FilesystemIterator::SKIP_DOTS);
        foreach (new \RecursiveIteratorIterator($tree) as $file) {
            $found[] = substr($file->getPathname(), strlen($this->directory) + 1);
        }
        sort($found);
        self::assertSame(['a.txt', 'b/c.txt', 'b/d/e.txt'], $found);
    }

    public function testAMissingDirectoryCannotBeListed(): void
    {
        $warning = self::warningOf(fn () => self::assertFalse(opendir("$this->directory/missing")));
        self::assertStringContainsString("aloft: cannot list $this->directory/missing: ", $warning);
        self::assertFalse(@opendir($this->file('a.txt', 'x')));
    }

    public function testAFileIsRenamed(): void
    {
        $path = $this->file('old.txt', 'content');
        self::assertTrue(rename($path, "$this->directory/new.txt"));
        self::assertFileDoesNotExist($path);
        self::assertSame('content', file_get_contents("$this->directory/new.txt"));
    }

    public function testARenameReplacesWhatIsThere(): void
    {
        $path = $this->file('old.txt', 'new content');
        $target = $this->file('there.txt', 'old');
        self::assertSame(3, filesize($target));
        self::assertTrue(rename($path, $target));
        self::assertSame(11, filesize($target));
    }

    public function testARenameOntoItselfChangesNothing(): void
    {
        $path = $this->file('a.txt', 'content');
        $relay = $this->useRelay();
        self::assertTrue(rename($path, "$this->directory/./a.txt"));
        self::assertCount(1, $relay->requests());
        self::assertFalse(@rename("$this->directory/missing", "$this->directory/missing"));
        self::assertSame('content', file_get_contents($path));
    }

    public function testADirectoryIsRenamedWithWhatIsInIt(): void
    {
        $this->file('old/a.txt', 'a');
        $this->file('old/b/c.txt', 'c');
        self::assertTrue(rename("$this->directory/old", "$this->directory/new"));
        self::assertSame('c', file_get_contents("$this->directory/new/b/c.txt"));
        self::assertFalse(is_dir("$this->directory/old"));
    }

    public function testWhatIsMissingIsNotRenamed(): void
    {
        $from = "$this->directory/missing";
        $warning = self::warningOf(fn () => self::assertFalse(rename($from, "$this->directory/new")));
        self::assertStringContainsString("aloft: cannot rename $from to $this->directory/new: ", $warning);
    }

    public function testAFileIsRemovedOnce(): void
    {
        $path = $this->file('a.txt', 'x');
        self::assertTrue(unlink($path));
        $warning = self::warningOf(static fn () => self::assertFalse(unlink($path)));
        self::assertStringContainsString("aloft: cannot remove $path: ", $warning);
    }

    public function testUnlinkNeverRemovesADirectory(): void
    {
        mkdir("$this->directory/empty");
        self::assertFalse(@unlink("$this->directory/empty"));
        self::assertFalse(@unlink("$this->directory/empty/"));
        self::assertTrue(is_dir("$this->directory/empty"));
    }

    /**
     * @param resource $handle
     * @return list<string>
     */
    private static function read($handle): array
    {
        $names = [];
        while (($name = readdir($handle)) !== false) {
            $names[] = $name;
        }
        return $names;
    }
}
