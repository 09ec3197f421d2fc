<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\PrivateMedia\SignedUrls;
use PHPUnit\Framework\TestCase;

/**
 * Every regular expression of the plugin takes time in proportion to its text, whatever the text, also without PCRE's
 * compiler. A text four times as long takes about four times as long; sixteen times means that it is quadratic.
 */
final class LinearTimeTest extends TestCase
{
    private const BYTES = 20_000;
    private const TIMES = 4;
    private const MAX_RATIO = 9;

    /** Times below this are too short to compare, and fast enough for any text. */
    private const QUICK_SECONDS = 0.01;

    /** Repeated, these are the texts that expressions go wrong with. */
    private const PIECES = [
        'a', '1', '-', '-1', '-1x1', '-e1', '-1x1.a', '.', '.a', '/', '//', 'http://', '?', '#', '&', '&#038;',
        "\n?", "?\n", '\\', '\\\\u0026', '\\\\u0026a', 'aloft-expires=', 'wp-image-', 'size-', '1,', '1 , ',
        'ids="', 'id:1,', '[gallery', '[gallery ', '[gallery a', '"', '<', ' ', '; ', ', ', '="', '/sites/1', 'x/x',
    ];

    private string|false $jit;

    protected function setUp(): void
    {
        $this->jit = ini_set('pcre.jit', '0');
    }

    protected function tearDown(): void
    {
        ini_set('pcre.jit', (string) $this->jit);
    }

    /** @dataProvider expressions */
    public function testAnExpressionTakesTimeInProportionToTheText(string $expression): void
    {
        foreach (self::PIECES as $piece) {
            foreach (['', 'x/aloft-expires=1 '] as $begin) {
                $work = static fn (string $text): mixed => preg_replace($expression, '', $text);
                $this->assertLinear("$expression on $piece", $begin, $piece, $work);
            }
        }
    }

    public function testSignaturesAreTakenOutInProportionToTheText(): void
    {
        foreach (self::PIECES as $piece) {
            $this->assertLinear("without() on $piece", ' aloft-expires=1 ', $piece, SignedUrls::without(...));
        }
    }

    /** @return array<string, array{string}> every expression that stands in the source */
    public static function expressions(): array
    {
        $expressions = [];
        $files = new \RegexIterator(
            new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(dirname(__DIR__) . '/src')),
            '/\.php$/',
        );
        foreach ($files as $file) {
            foreach (token_get_all((string) file_get_contents((string) $file)) as $token) {
                $text = is_array($token) && $token[0] === T_CONSTANT_ENCAPSED_STRING
                    ? strtr(substr($token[1], 1, -1), ['\\\\' => '\\', "\\'" => "'"]) : '';
                if (preg_match('~^([/\~]).+\1[imsuxD]*$~s', $text) === 1 && @preg_match($text, '') !== false) {
                    $expressions[$text] = [$text];
                }
            }
        }
        return $expressions;
    }

    private function assertLinear(string $what, string $begin, string $piece, callable $work): void
    {
        $short = $begin . str_repeat($piece, intdiv(self::BYTES, strlen($piece)));
        $long = $begin . str_repeat($piece, intdiv(self::TIMES * self::BYTES, strlen($piece)));
        $time = self::seconds($work, $long);
        if ($time > self::QUICK_SECONDS) {
            $ratio = $time / max(1e-6, self::seconds($work, $short));
            self::assertLessThan(self::MAX_RATIO, $ratio, "$what: $time s for four times the text");
        }
        $this->addToAssertionCount(1);
    }

    /** Of this process, at its best of three: other programs do not count. */
    private static function seconds(callable $work, string $text): float
    {
        $best = INF;
        for ($i = 0; $i < 3; $i++) {
            $begin = self::cpu();
            $work($text);
            $best = min($best, self::cpu() - $begin);
        }
        return $best;
    }

    private static function cpu(): float
    {
        $usage = getrusage();
        return $usage['ru_utime.tv_sec'] + $usage['ru_utime.tv_usec'] / 1e6;
    }
}
