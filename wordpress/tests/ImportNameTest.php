<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Library\ImportName;
use PHPUnit\Framework\TestCase;

/**
 * The names of files that WordPress makes of others.
 */
final class ImportNameTest extends TestCase
{
    /** @dataProvider names */
    public function testANameHasAFamily(string $name, string $family, bool $isDerived, string $otherFormat): void
    {
        $parsed = new ImportName($name);

        self::assertSame($family, $parsed->family);
        self::assertSame([$isDerived, $otherFormat], [$parsed->isDerived, $parsed->otherFormat]);
    }

    /** @return list<array{string, string, bool, string}> */
    public static function names(): array
    {
        return [
            ['2026/11/cat.jpg', '2026/11/cat', false, ''],
            ['2026/11/cat-300x200.jpg', '2026/11/cat', true, ''],
            ['cat-scaled.jpg', 'cat', true, ''],
            ['cat-rotated-e1700000000-150x150.jpg', 'cat', true, ''],
            ['cat-jpg-300x200.webp', 'cat', true, 'jpg'],
            ['cat.jpg.webp', 'cat', false, 'jpg'],
            ['offer-pdf.jpg', 'offer', false, 'pdf'],
            ['offer-pdf-212x300.jpg', 'offer', true, 'pdf'],
            ['my-cat.jpg', 'my-cat', false, ''],
            ['film-640x480.mp4', 'film-640x480', false, ''],
            ['2026/11/-300x200.jpg', '2026/11/-300x200', false, ''],
            ['300x200.jpg', '300x200', false, ''],
            ['noextension', 'noextension', false, ''],
        ];
    }
}
