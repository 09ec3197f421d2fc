<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Every `wp aloft` in a shell block of `docs/how-to`, in the order of its page. `HowToTest` of the module cli runs the
 * other commands, or names them.
 */
final class HowToTest extends SiteTestCase
{
    protected function setUp(): void
    {
        MediaCommandsTest::deleteAll();
        parent::setUp();
        OffloadedFilesTest::createTable();
    }

    protected function tearDown(): void
    {
        OffloadedFilesTest::dropTable();
        MediaCommandsTest::deleteAll(); // those of the commands, which are other processes
        parent::tearDown();
    }

    public function testEachCommandRuns(): void
    {
        $id = self::sideload(self::photo());
        $dropIn = WP_CONTENT_DIR . '/object-cache.php';
        $hadDropIn = is_file($dropIn);
        $ran = [];
        try {
            foreach (glob(dirname(__DIR__, 2) . '/docs/how-to/*.md') as $page) {
                preg_match_all('/^ *wp (aloft [^>|\n]*)/m', (string) file_get_contents($page), $commands);
                foreach ($commands[1] as $command) {
                    [$status, $output] = self::wp(...explode(' ', trim(str_replace('"$id"', (string) $id, $command))));
                    self::assertSame(0, $status, basename($page) . ": wp $command\n$output");
                    $ran[] = explode(' ', $command)[1];
                }
            }
        } finally {
            $hadDropIn || (is_file($dropIn) && unlink($dropIn));
        }
        self::assertEqualsCanonicalizing(['media', 'object-cache', 'set-attachment-acl'], array_unique($ran));
    }
}
