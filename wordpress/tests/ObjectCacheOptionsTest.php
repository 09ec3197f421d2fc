<?php

declare(strict_types=1);

namespace Aloft\Tests;

/** WordPress's options in the object cache, which several requests change. */
final class ObjectCacheOptionsTest extends ObjectCacheTestCase
{
    /** Another request deletes the key after its database row was read, and before the row is cached. */
    public function testAnOutdatedRowIsNotCached(): void
    {
        $reader = self::request();
        self::assertFalse($reader->get(5, 'posts'));
        self::request()->delete(5, 'posts');
        self::assertSame([5 => false], $reader->add_multiple([5 => 'old row'], 'posts'));
        self::assertFalse($reader->get(5, 'posts'));
        self::assertTrue($reader->add(5, 'new row', 'posts'));
        self::assertSame('new row', self::stored(5, 'posts'));
    }

    public function testOptionsThatTwoRequestsChangeAreReadAgain(): void
    {
        self::request()->set('alloptions', ['a' => 0, 'b' => 0], 'options');
        [$one, $two] = [self::request(), self::request()];
        foreach (['a' => $one, 'b' => $two] as $name => $cache) {
            self::assertSame(0, $cache->get('alloptions', 'options')[$name]);
        }
        $all = $one->get('alloptions', 'options', true);
        $two->set('alloptions', ['b' => 1] + $two->get('alloptions', 'options', true), 'options');
        self::assertEquals(['a' => 0, 'b' => 1], self::stored('alloptions', 'options'));

        self::assertTrue($one->set('alloptions', ['a' => 1] + $all, 'options'));
        self::assertSame(1, $one->get('alloptions', 'options')['a'], 'one request sees its own change');
        self::assertSame('nothing', self::stored('alloptions', 'options'));
    }

    public function testARequestMayChangeOptionsManyTimes(): void
    {
        $cache = self::request();
        self::assertFalse($cache->get('alloptions', 'options'));
        self::assertTrue($cache->add('alloptions', ['n' => 0], 'options'));
        for ($n = 1; $n < 5; $n++) {
            $all = $cache->get('alloptions', 'options', true);
            $cache->set('alloptions', ['n' => $n] + $all, 'options');
            self::assertSame(['n' => $n], self::stored('alloptions', 'options'));
        }
    }

    /** Only the first of the reads that find nothing counts: the ones after it tell the request nothing new. */
    public function testAnOptionThatWasAbsentSeveralTimesIsAddedAndReplaced(): void
    {
        $cache = self::request();
        self::assertFalse($cache->get('n', 'options'));
        self::request()->set('other', 1);
        self::assertFalse($cache->incr('n', 1, 'options'));
        self::request()->set('other', 2);
        self::assertFalse($cache->replace('n', 1, 'options'));
        self::assertTrue($cache->add('n', 2, 'options'));
        self::assertTrue($cache->set('n', 3, 'options'));
        self::assertSame(3, self::stored('n', 'options'));

        $cache->flush_group('options');
        self::request()->set('other', 3);
        self::assertFalse($cache->get('n', 'options'));
        self::assertTrue($cache->add('n', 4, 'options'));
        self::assertTrue($cache->set('n', 5, 'options'));
        self::assertSame(5, self::stored('n', 'options'));
    }

    public function testNotoptionsStayInTheRequest(): void
    {
        $cache = self::request();
        $cache->set('notoptions', ['x' => true], 'options');
        $cache->set('1:notoptions', ['x' => true], 'site-options');
        self::assertSame(['x' => true], $cache->get('notoptions', 'options'));
        self::assertSame('nothing', self::stored('notoptions', 'options'));
        self::assertSame('nothing', self::stored('1:notoptions', 'site-options'));
        self::assertTrue($cache->set('notoptions', 1));
        self::assertSame(1, self::stored('notoptions'));
    }
}
