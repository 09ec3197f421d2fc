<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * Stream contexts mean what they mean to S3-Uploads.
 */
final class StreamContextTest extends WrapperTestCase
{
    public function testAListFilterSaysWhatIsListed(): void
    {
        foreach (['a.jpg', 'b.txt', 'below/c.jpg'] as $name) {
            $this->file($name, 'four');
        }
        $told = [];
        $filter = static function (array $entry) use (&$told): bool {
            $told[] = $entry;
            return str_ends_with($entry['Key'] ?? $entry['Prefix'], '.jpg');
        };
        self::assertSame(['a.jpg'], $this->list($this->directory, ['listFilter' => $filter]));
        $root = explode('/', $this->directory, 4)[3];
        self::assertSame(["$root/a.jpg", "$root/b.txt"], array_column($told, 'Key'));
        self::assertSame([4, 4], array_column($told, 'Size'));
        self::assertInstanceOf(\DateTimeInterface::class, $told[0]['LastModified']);
        self::assertSame(['Prefix' => "$root/below/"], $told[2]);
    }

    public function testAFilterThatShowsNothingOfAPageDoesNotEndTheListing(): void
    {
        for ($i = 0; $i < 1001; $i++) {
            touch(sprintf("$this->directory/%04d", $i));
        }
        $filter = static fn (array $entry): bool => str_ends_with($entry['Key'], '1000');
        self::assertSame(['1000'], $this->list($this->directory, ['listFilter' => $filter]));
    }

    public function testWithoutADelimiterEverythingBelowIsListed(): void
    {
        foreach (['a.txt', 'b/c.txt', 'b/d/e.txt'] as $name) {
            $this->file($name, 'x');
        }
        mkdir("$this->directory/empty");
        $relay = $this->useRelay();
        self::assertSame(['a.txt', 'b/c.txt', 'b/d/e.txt'], $this->list($this->directory, ['delimiter' => '']));
        self::assertCount(1, $relay->requests());
        self::assertSame(['a.txt', 'b', 'empty'], $this->list($this->directory, ['delimiter' => '/']));
        self::assertSame(['b/c.txt', 'b/d/e.txt'], $this->list("$this->directory/b*", ['delimiter' => '']));
        $warning = self::warningOf(fn () => $this->list($this->directory, ['delimiter' => '-']));
        self::assertStringContainsString('the delimiter of a listing is "/" or ""', $warning);
    }

    public function testAnAclIsIgnoredWithANote(): void
    {
        $code = '$context = stream_context_create(["s3" => ["ACL" => "public-read"]]);'
            . 'foreach ([1, 2] as $i) { file_put_contents("$argv[1]/$i", "x", 0, $context); }';
        $output = Child::run($code, [$this->directory])->output;
        self::assertSame(1, substr_count($output, 'aloft: ignores the ACL "public-read" of a stream context'));
        self::assertSame('x', file_get_contents("$this->directory/2"));
    }

    public function testOtherContextsAreNoneOfOurs(): void
    {
        $context = stream_context_create(['http' => ['method' => 'POST'], 's3' => ['seekable' => true]]);
        self::assertSame(1, file_put_contents("$this->directory/a.txt", 'x', 0, $context));
        self::assertSame('x', file_get_contents("$this->directory/a.txt", false, $context));
    }

    /** @return list<string>|false */
    private function list(string $directory, array $options): array|false
    {
        return scandir($directory, SCANDIR_SORT_ASCENDING, stream_context_create(['s3' => $options]));
    }
}
