<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Pictures\PictureUrl;
use PHPUnit\Framework\TestCase;

/**
 * The URLs that tachyon-plugin's arguments come to.
 */
final class PictureUrlTest extends TestCase
{
    private const UPLOADS = 'https://example.org/uploads';

    public static function setUpBeforeClass(): void
    {
        if (!function_exists('apply_filters')) {
            // WordPress without any plugin: every filter leaves its value as it is.
            eval('function apply_filters(string $name, mixed $value, mixed ...$rest): mixed { return $value; }');
        }
    }

    /**
     * @return iterable<string, array{string, array<string, scalar>, string}>
     */
    public static function urls(): iterable
    {
        $pictures = 'https://example.org/tachyon';
        yield 'plain' => [self::UPLOADS . '/2026/11/a.jpg', [], $pictures . '/2026/11/a.jpg'];
        yield 'box' => [
            self::UPLOADS . '/2026/11/a.jpg',
            ['resize' => '300,169', 'gravity' => 'northwest'],
            $pictures . '/2026/11/a.jpg?resize=300%2C169&gravity=northwest',
        ];
        yield 'another scheme' => ['http://example.org/uploads/a.png', ['w' => 9], $pictures . '/a.png?w=9'];
        yield 'no scheme' => ['//example.org/uploads/a.png', ['w' => 9], $pictures . '/a.png?w=9'];
        yield 'WordPress\'s own path' => ['https://example.org/wp-content/uploads/a.gif', [], $pictures . '/a.gif'];
        yield 'a site of a network' => [self::UPLOADS . '/sites/2/a.webp', [], $pictures . '/sites/2/a.webp'];
        yield 'a space' => [self::UPLOADS . '/a%20b.jpg', [], $pictures . '/a%20b.jpg'];
        yield 'a query' => [self::UPLOADS . '/a.jpg?ver=2', ['w' => 9], $pictures . '/a.jpg?w=9'];
        yield 'presigned' => [
            self::UPLOADS . '/a.jpg?X-Amz-Date=x&X-Amz-Expires=9',
            ['w' => 9],
            $pictures . '/a.jpg?w=9&presign=X-Amz-Date%3Dx%26X-Amz-Expires%3D9',
        ];
        yield 'signed' => [
            self::UPLOADS . '/a.jpg?aloft-expires=9&aloft-signature=s&x=y',
            ['w' => 9],
            $pictures . '/a.jpg?w=9&aloft-expires=9&aloft-signature=s',
        ];
        yield 'a drawing' => [self::UPLOADS . '/a.svg', ['w' => 9], self::UPLOADS . '/a.svg'];
        yield 'no picture' => [self::UPLOADS . '/a.pdf', ['w' => 9], self::UPLOADS . '/a.pdf'];
        yield 'elsewhere' => ['https://example.com/uploads/a.jpg', ['w' => 9], 'https://example.com/uploads/a.jpg'];
        yield 'beside' => ['https://example.org/uploads2/a.jpg', ['w' => 9], 'https://example.org/uploads2/a.jpg'];
    }

    /**
     * @dataProvider urls
     * @param array<string, scalar> $arguments
     */
    public function testThePictureIsBelowTachyonAsTheUploadIsBelowTheUploads(
        string $upload,
        array $arguments,
        string $picture,
    ): void {
        $urls = new PictureUrl(
            'https://example.org/tachyon',
            [self::UPLOADS, 'https://example.org/wp-content/uploads'],
        );
        self::assertSame($picture, $urls->of($upload, $arguments));
    }

    /** @dataProvider savedTexts */
    public function testATextThatIsSavedNamesUploads(string $text, string $saved): void
    {
        $urls = new PictureUrl('https://example.org/tachyon', [self::UPLOADS]);

        self::assertSame($saved, $urls->uploadsIn($text));
    }

    /** @return iterable<string, array{string, string}> */
    public static function savedTexts(): iterable
    {
        $picture = 'https://example.org/tachyon/2026/11/a%20b.jpg';
        $upload = self::UPLOADS . '/2026/11/a%20b.jpg';
        yield 'nothing' => ['no picture', 'no picture'];
        yield 'an image' => ["<img src=\"$picture?resize=300%2C200&amp;x=1\">", "<img src=\"$upload\">"];
        yield 'slashed' => ['<img src=\\"' . $picture . '?w=9\\">', '<img src=\\"' . $upload . '\\">'];
        yield 'a signature' => ["$picture?w=9&aloft-signature=abc_-9 next", "$upload next"];
        yield 'a block' => [
            '<!-- wp:cover {"url":"' . $picture . '?w=9\\u0026aloft-signature=x","id":7} -->',
            '<!-- wp:cover {"url":"' . $upload . '","id":7} -->',
        ];
        yield 'a srcset' => ["srcset='$picture?w=1 1w, $picture?w=2 2w'", "srcset='$upload 1w, $upload 2w'"];
        yield 'without a scheme' => ['(//example.org/tachyon/a.png?w=9)', '(' . self::UPLOADS . '/a.png)'];
        yield 'another host' => ['https://cdn.example.org/tachyon/a.png', 'https://cdn.example.org/tachyon/a.png'];
        yield 'the path alone' => ['https://example.org/tachyon/', 'https://example.org/tachyon/'];
    }
}
