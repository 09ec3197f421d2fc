<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Uploads\Settings;

/**
 * The object cache while the agent is away, and afterwards.
 */
final class ObjectCacheFaultsTest extends ObjectCacheTestCase
{
    private Relay $relay;

    protected function setUp(): void
    {
        $this->relay = Relay::start(Settings::read()->socket);
        putenv('ALOFT_TEST_SOCKET=' . getenv('ALOFT_SOCKET'));
        putenv("ALOFT_SOCKET={$this->relay->address}");
        parent::setUp();
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        putenv('ALOFT_SOCKET=' . getenv('ALOFT_TEST_SOCKET'));
        $this->relay->stop();
        self::assertSame([], glob(sys_get_temp_dir() . '/aloft-object-cache-' . self::installation() . '*'));
    }

    private static function installation(): string
    {
        return substr(md5(WP_CACHE_KEY_SALT . "\0\0"), 0, 12);
    }

    /** As a program in which ALOFT_SOCKET is not set: its changes of the database are changes, too. */
    public function testAProcessThatDoesNotFindTheAgentIsHeardOfByTheOthers(): void
    {
        self::request()->set('key', 'old');
        putenv('ALOFT_SOCKET=/nonexistent/agent.sock');
        self::request()->delete('key');
        self::assertCount(1, glob(sys_get_temp_dir() . '/aloft-object-cache-' . self::installation() . '*'));
        putenv("ALOFT_SOCKET={$this->relay->address}");
        self::assertSame('nothing', self::stored('key'));
    }

    /** As in /tmp, where only a file's owner may replace it. */
    public function testTheMarkerOfAnotherUserIsRewritten(): void
    {
        if (posix_getuid() !== 0) {
            self::markTestSkipped('only root can act as two users');
        }
        $marker = sys_get_temp_dir() . '/aloft-object-cache-' . self::installation();
        file_put_contents($marker, str_repeat('0', 32));
        chmod($marker, 0666);
        $code = self::loading(dirname(__DIR__) . '/object-cache.php')
            . ' posix_setuid(' . posix_getpwnam('nobody')['uid'] . '); (new WP_Object_Cache())->delete("key");';
        self::assertSame('', Child::run($code, [], [], '/nonexistent/agent.sock')->output);
        self::assertMatchesRegularExpression('/^[0-9a-f]{32}$/', file_get_contents($marker));
        self::assertStringNotContainsString('00000000', file_get_contents($marker));
        self::assertFileIsReadable($marker);
        self::assertSame('nothing', self::stored('key'), 'and the marker is gone');
    }

    /**
     * Root has planted a link at the marker's path in /tmp, which only root may replace.
     *
     * @dataProvider links
     */
    public function testNothingIsWrittenThroughALinkAtTheMarkersPath(\Closure $link): void
    {
        if (posix_getuid() !== 0) {
            self::markTestSkipped('only root can act as two users');
        }
        $marker = sys_get_temp_dir() . '/aloft-object-cache-' . self::installation();
        $victim = sys_get_temp_dir() . '/aloft-victim-' . bin2hex(random_bytes(6));
        file_put_contents($victim, str_repeat('0', 32));
        chmod($victim, 0666);
        $link($victim, $marker);
        $code = self::loading(dirname(__DIR__) . '/object-cache.php')
            . ' posix_setuid(' . posix_getpwnam('nobody')['uid'] . '); $cache = new WP_Object_Cache();'
            . ' $cache->delete("key"); $cache->delete("key");';
        try {
            $output = Child::run($code, [], [], '/nonexistent/agent.sock')->output;
            self::assertStringEqualsFile($victim, str_repeat('0', 32));
            self::assertSame(1, substr_count($output, 'cannot be written'), $output);
        } finally {
            unlink($marker);
            unlink($victim);
        }
    }

    /** @return array<string, array{\Closure(string, string): bool}> */
    public static function links(): array
    {
        return ['symbolic' => [symlink(...)], 'hard' => [link(...)]];
    }

    public function testARequestGoesOnWithoutTheAgent(): void
    {
        self::request()->set('key', 'old');
        $this->relay->drop('POST');
        $cache = self::request();
        self::assertFalse($cache->get('key'));
        self::assertTrue($cache->isAway());
        self::assertTrue($cache->add('key', 1));
        self::assertFalse($cache->add('key', 2));
        self::assertSame(3, $cache->incr('key', 2));
        self::assertTrue($cache->replace('key', 'mine'));
        self::assertSame(['key' => 'mine', 'other' => false], $cache->get_multiple(['key', 'other']));
        self::assertTrue($cache->delete('key'));
        self::assertFalse($cache->get('key'));
        $this->relay->interfereNoMore();
        self::assertSame('nothing', self::stored('key'));
    }

    /** @dataProvider changes */
    public function testNoOldValueIsReadAfterAChangeThatTheAgentMissed(\Closure $change): void
    {
        self::request()->set('key', 'old', 'posts');
        $this->relay->drop('POST');
        $change(self::request());
        $this->relay->interfereNoMore();
        self::assertSame('nothing', self::stored('key', 'posts'));
        self::request()->set('key', 'new', 'posts');
        self::assertSame('new', self::stored('key', 'posts'));
    }

    /** @return array<string, array{\Closure(\WP_Object_Cache): mixed}> */
    public static function changes(): array
    {
        return [
            'set' => [fn ($cache) => $cache->set('key', 'new', 'posts')],
            'replace' => [fn ($cache) => $cache->replace('key', 'new', 'posts')],
            'delete' => [fn ($cache) => $cache->delete('key', 'posts')],
            'delete, after a read' => [fn ($cache) => [$cache->get('x'), $cache->delete('key', 'posts')]],
            'incr' => [fn ($cache) => $cache->incr('key', 1, 'posts')],
            'flush_group' => [fn ($cache) => $cache->flush_group('posts')],
            'flush' => [fn ($cache) => $cache->flush()],
        ];
    }

    /** As an import of an hour after its first failure, beside page views that reach the agent. */
    public function testEveryMissedChangeOfALongProcessIsMarked(): void
    {
        $this->relay->drop('POST');
        $import = self::request();
        $import->delete('key');
        $this->relay->interfereNoMore();
        self::request()->set('key', 'old');
        self::assertSame('old', self::stored('key'), 'the first marker is gone');
        $import->delete('key');
        self::assertSame('nothing', self::stored('key'));
    }

    /** A flush for the first of two missed changes says nothing about the second. */
    public function testAMissedChangeReplacesTheMarkerOfAnEarlierOne(): void
    {
        $marker = sys_get_temp_dir() . '/aloft-object-cache-' . self::installation();
        $this->relay->drop('POST');
        $import = self::request();
        $import->delete('key');
        $first = file_get_contents($marker);
        $import->delete('key');
        self::assertStringNotEqualsFile($marker, $first);
        $this->relay->interfereNoMore();
        self::assertSame('nothing', self::stored('key'), 'and the marker is gone');
    }

    /** Its rows may be older than changes that others have made meanwhile. */
    public function testARequestThatBeganWithoutTheAgentStoresNothingLater(): void
    {
        $this->relay->drop('POST');
        $cache = self::request();
        $cache->get(5, 'posts');
        $this->relay->interfereNoMore();
        self::assertTrue($cache->add(5, 'old row', 'posts'));
        self::assertSame('old row', $cache->get(5, 'posts'));
        self::assertSame('nothing', self::stored(5, 'posts'));
    }

    public function testReadsThatFailFlushNothing(): void
    {
        self::request()->set('key', 'there');
        $this->relay->drop('POST');
        self::request()->get('key');
        self::request()->add('key', 'another');
        $this->relay->interfereNoMore();
        self::assertSame('there', self::stored('key'));
    }

    /** @dataProvider refusals */
    public function testAnAnswerThatMakesNoSenseIsNone(int $status, string $text): void
    {
        self::request()->set('key', 'there');
        $this->relay->answer('POST', $status, $text);
        $cache = self::request();
        self::assertFalse($cache->get('key'));
        self::assertTrue($cache->isAway());
        $this->relay->interfereNoMore();
        self::assertSame('there', self::stored('key'));
    }

    /** @return list<array{int, string}> */
    public static function refusals(): array
    {
        return [
            [404, "site x has no object cache\n"], [503, "busy\n"],
            [200, ''], [200, "at 5\n"], [200, "at 5\nok\nok\n"], [200, "at 5\nok\nok\nmiss\nmiss\n"],
            [200, "at 5\nok\nok\nhit 1 0 100\nshort"], [200, "at 5\nok\nok\nhit 1 0 1\nxy"],
            [200, "at 5\nlate\nok\nmiss\n"],
        ];
    }

    public function testASilentAgentIsWaitedForOnce(): void
    {
        $this->relay->ignore('POST');
        $cache = self::request();
        $started = microtime(true);
        for ($i = 0; $i < 100; $i++) {
            self::assertFalse($cache->get("key $i"));
        }
        self::assertLessThan(30, microtime(true) - $started);
        self::assertSame(1, $this->relay->connections() - 1, 'one for the flush at the beginning, and one');
    }

    /** Without it, WordPress changes the database, and the agent is not told. */
    public function testADropInThatWasAwayBeginsWithAnEmptyCache(): void
    {
        $file = self::dropIn();
        self::readAndWrite($file);
        self::assertSame('found', self::readAndWrite($file));
        sleep(1); // the resolution of ctime in PHP
        rename($file, "$file.off");
        rename("$file.off", $file);
        self::assertSame(['nothing', 'found'], [self::readAndWrite($file), self::readAndWrite($file)]);
        unlink($file);
        rmdir(dirname($file));
    }

    /** Of a fleet: each has a file of its own. */
    public function testServersWithADropInEachShareTheCache(): void
    {
        $files = [self::dropIn(), self::dropIn()];
        array_map(self::readAndWrite(...), $files);
        self::assertSame(['found', 'found'], array_map(self::readAndWrite(...), $files));
        self::assertSame(['found', 'found'], array_map(self::readAndWrite(...), $files));
        $version = 'define("ALOFT_OBJECT_CACHE_VERSION", "deploy 1"); ';
        self::assertSame('nothing', self::readAndWrite($files[0], $version));
        self::assertSame('found', self::readAndWrite($files[1], $version));
        foreach ($files as $file) {
            unlink($file);
            rmdir(dirname($file));
        }
    }

    /** In a process of its own. @return string whether a value was there */
    private static function readAndWrite(string $dropIn, string $before = ''): string
    {
        $code = $before . self::loading($dropIn)
            . ' $cache = new WP_Object_Cache(); $found = $cache->get("key") ? "found" : "nothing";'
            . ' $cache->set("key", 1); echo $found;';
        return Child::run($code, [], [], getenv('ALOFT_SOCKET'))->output;
    }

    /** As by a copy among the must-use plugins. */
    public function testASecondCopyIsIgnored(): void
    {
        $file = self::dropIn();
        $code = "require '" . dirname(__DIR__) . "/object-cache.php'; require '$file'; echo 'alive';";
        self::assertSame('alive', Child::run($code)->output);
        unlink($file);
        rmdir(dirname($file));
    }

    private static function dropIn(): string
    {
        $folder = sys_get_temp_dir() . '/aloft-drop-in-' . bin2hex(random_bytes(6));
        mkdir($folder);
        copy(dirname(__DIR__) . '/object-cache.php', "$folder/object-cache.php");
        return "$folder/object-cache.php";
    }

    public function testAConnectionThatTheAgentClosedIsReplaced(): void
    {
        $this->relay->closeAfterEachAnswer();
        $cache = self::request();
        for ($i = 0; $i < 3; $i++) {
            self::assertTrue($cache->set('key', $i));
            usleep(20_000);
        }
        self::assertFalse($cache->isAway());
    }

    public function testAChildOfAForkOpensItsOwnConnection(): void
    {
        $cache = self::request();
        $cache->set('key', 1);
        $child = pcntl_fork();
        if ($child === 0) {
            $cache->incr('key', 10);
            posix_kill(getmypid(), SIGKILL);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(12, $cache->incr('key'));
    }

    public function testOneOfManyWorkersAddsALock(): void
    {
        $code = self::loading(dirname(__DIR__) . '/object-cache.php')
            . ' $cache = new WP_Object_Cache(); while (!$cache->get("start", "", true)) { usleep(1000); }'
            . ' for ($i = 0; $i < 200; $i++) { $cache->get("lock $i"); $cache->add("lock $i", 1) && print("$i\n"); }';
        $workers = [];
        for ($i = 0; $i < 16; $i++) {
            $workers[] = Child::start($code, [], [], (string) getenv('ALOFT_TEST_SOCKET'));
        }
        putenv('ALOFT_SOCKET=' . getenv('ALOFT_TEST_SOCKET'));
        self::request()->set('start', 1);
        $won = implode('', array_map(static fn (Child $worker): string => $worker->wait(), $workers));
        $winners = explode("\n", trim($won));
        sort($winners, SORT_NUMERIC);
        self::assertEquals(range(0, 199), $winners);
    }
}
