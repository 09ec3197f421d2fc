<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Operations\Commands;
use PHPUnit\Framework\TestCase;

/**
 * The tables of docs/reference/s3-uploads.md against the plugin's code.
 */
final class S3UploadsPageTest extends TestCase
{
    private const ROOT = __DIR__ . '/../..';

    public function testEveryNameHasTheEffectThatThePageSays(): void
    {
        $code = self::code();
        $rows = self::rows('~^\| `((?:S3_UPLOADS|WP_PROXY|s3_uploads)_\w+)` \| (same|partly|none) \| (.*) \|$~m');
        self::assertGreaterThan(20, count($rows));
        foreach ($rows as [, $name, $meaning]) {
            $meaning === 'none'
                ? self::assertStringNotContainsString("'$name'", $code, $name)
                : self::assertStringContainsString("'$name'", $code, $name);
        }
    }

    public function testThePageNamesEverythingThatHasAnEffect(): void
    {
        preg_match_all("~'((?:S3_UPLOADS|s3_uploads)_\w+)'~", self::code(), $used);
        self::assertNotEmpty($used[1]);
        foreach (array_unique($used[1]) as $name) {
            self::assertStringContainsString("`$name`", self::page());
        }
    }

    public function testThePageNamesEveryCommandWithItsOptions(): void
    {
        $commands = array_column(self::rows('~^\| `([a-z-]+)(?: [^`]*)?` \| (.*) \|$~m'), 0, 1);
        foreach ((new \ReflectionClass(Commands::class))->getMethods(\ReflectionMethod::IS_PUBLIC) as $method) {
            if ($method->isStatic()) {
                continue;
            }
            $comment = (string) $method->getDocComment();
            $name = preg_match('/@subcommand (\S+)/', $comment, $match) === 1 ? $match[1] : $method->getName();
            self::assertArrayHasKey($name, $commands);
            preg_match_all('/^\s*\* (?:\[(--[\w-]+(?:=<\w+>)?)\]|(\[?<[\w-]+>\]?))$/m', $comment, $words);
            foreach (array_filter([...$words[1], ...$words[2]]) as $word) {
                self::assertStringContainsString($word, $commands[$name]);
            }
            unset($commands[$name]);
        }
        self::assertSame([], array_keys($commands), 'the page names no command that is not there');
    }

    /** @return list<list<string>> */
    private static function rows(string $pattern): array
    {
        preg_match_all($pattern, self::page(), $rows, PREG_SET_ORDER);
        return $rows;
    }

    private static function page(): string
    {
        return (string) file_get_contents(self::ROOT . '/docs/reference/s3-uploads.md');
    }

    private static function code(): string
    {
        $source = self::ROOT . '/wordpress/src';
        $files = [...glob("$source/*.php"), ...glob("$source/*/*.php")];
        return implode("\n", array_map(static fn (string $file): string => (string) file_get_contents($file), $files));
    }
}
