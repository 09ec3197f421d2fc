<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Agent\AgentException;
use Aloft\Files\S3Path;
use PHPUnit\Framework\TestCase;

final class PathsTest extends TestCase
{
    /** @return iterable<string, array{string, string}> */
    public static function targets(): iterable
    {
        yield 'a plain file' => ['s3://media/uploads/cat.jpg', '/media/uploads/cat.jpg'];
        yield 'a space' => ['s3://media/a b.jpg', '/media/a%20b.jpg'];
        yield 'what means something in a URL' => ['s3://media/a?b#c%d+e&f', '/media/a%3Fb%23c%25d%2Be%26f'];
        yield 'other scripts' => ['s3://media/ü/猫.jpg', '/media/%C3%BC/%E7%8C%AB.jpg'];
        yield 'double slashes' => ['s3://media//uploads///cat.jpg', '/media/uploads/cat.jpg'];
        yield 'dots' => ['s3://media/./uploads/../uploads/./cat.jpg', '/media/uploads/cat.jpg'];
        yield 'a name of dots' => ['s3://media/...', '/media/...'];
        yield 'a name that is 0' => ['s3://media/0', '/media/0'];
        yield 'a directory' => ['s3://media/uploads/', '/media/uploads'];
        yield 'the bucket' => ['s3://media', '/media/'];
        yield 'another case of the scheme' => ['S3://media/cat.jpg', '/media/cat.jpg'];
    }

    /** @dataProvider targets */
    public function testAPathIsAskedForByItsTarget(string $path, string $target): void
    {
        self::assertSame($target, S3Path::parse($path)->target());
    }

    public function testADirectoryIsAskedForWithASlash(): void
    {
        self::assertSame('/media/uploads/', S3Path::parse('s3://media/uploads')->directoryTarget());
        self::assertSame('/media/', S3Path::parse('s3://media')->directoryTarget());
    }

    public function testASlashOrDotsAtTheEndMeanADirectory(): void
    {
        foreach (['s3://media/a/', 's3://media/a/.', 's3://media/a/b/..', 's3://media'] as $path) {
            self::assertTrue(S3Path::parse($path)->isDirectory, $path);
        }
        self::assertFalse(S3Path::parse('s3://media/a/..b')->isDirectory);
    }

    public function testAPathKnowsItsNameAndWhatHoldsIt(): void
    {
        $path = S3Path::parse('s3://media/uploads/2026/cat.jpg');
        self::assertSame('cat.jpg', $path->name());
        self::assertSame('s3://media/uploads/2026', (string) $path->parent());
        self::assertSame('s3://media/uploads/2026/dog.jpg', (string) $path->parent()->child('dog.jpg'));
        self::assertSame('s3://media', (string) S3Path::parse('s3://media/cat.jpg')->parent());
    }

    /** @dataProvider pathsOfNoFile */
    public function testAPathThatNamesNoBucketOrLeadsAboveItIsRefused(string $path): void
    {
        $this->expectException(AgentException::class);
        S3Path::parse($path);
    }

    /** @return list<array{string}> */
    public static function pathsOfNoFile(): array
    {
        return [['s3://'], ['s3:///cat.jpg'], ['s3://media/..'], ['s3://media/a/../../b'], ['s3://../media/a']];
    }
}
