<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Library\SortedRows;
use PHPUnit\Framework\TestCase;

/**
 * Rows sorted by the bytes of their first field, in memory and by files.
 */
final class SortedRowsTest extends TestCase
{
    private const NAMES = [
        'b/a.jpg', 'b-1.jpg', 'b.jpg', 'b 1', '10.jpg', '9.jpg', '1e1', '010', 'ä.jpg', 'z.jpg', 'Z.jpg',
    ];

    /** @dataProvider limits */
    public function testRowsComeInTheOrderOfBytes(int $limit): void
    {
        $rows = new SortedRows($limit);
        foreach (self::NAMES as $i => $name) {
            $rows->add($name, (string) $i);
        }

        $read = iterator_to_array($rows->read(), false);

        $expected = self::NAMES;
        sort($expected, SORT_STRING);
        self::assertSame($expected, array_column($read, 0));
        self::assertSame(array_search('ä.jpg', self::NAMES, true), (int) array_column($read, 1, 0)['ä.jpg']);
    }

    /** @return list<array{int}> */
    public static function limits(): array
    {
        return [[1], [2], [3], [count(self::NAMES)], [1000]];
    }

    public function testControlCharactersCannotBreakARow(): void
    {
        $rows = new SortedRows(1);
        $rows->add("a\tb\nc", 'x');
        $rows->add('b', '');

        self::assertSame([['a\tb\nc', 'x'], ['b', '']], iterator_to_array($rows->read(), false));
    }

    public function testNoRowsAreNone(): void
    {
        self::assertSame([], iterator_to_array((new SortedRows())->read(), false));
    }
}
