<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Plugin;
use Aloft\Uploads\Database;

/** Without a connection to the database WordPress finds nothing, and says so only before it has begun a page. */
final class LostDatabaseTest extends SiteTestCase
{
    protected function tearDown(): void
    {
        unset($GLOBALS['wp_actions']['template_redirect']);
        self::connect();
        parent::tearDown();
    }

    public function testAnAttachmentIsPrivateIfTheConnectionIsLostInThePage(): void
    {
        $id = self::sideload(self::photo(90, 60, 'lost.jpg'));
        self::assertFalse(Plugin::ofThisSite()->privateMedia->isPrivate($id));

        wp_cache_delete($id, 'post_meta');
        self::lose();
        self::assertTrue(Plugin::ofThisSite()->privateMedia->isPrivate($id));
        self::assertTrue(Plugin::ofThisSite()->privateMedia->isPrivate($id), 'and that is not remembered');
        self::connect();
        self::assertFalse(Plugin::ofThisSite()->privateMedia->isPrivate($id));
    }

    public function testAConnectionThatComesBackDoesNotHideWhatWasLost(): void
    {
        $read = static function (): void {
            self::lose();
            get_post_meta(PHP_INT_MAX, 'any');
            self::connect();
            get_post_meta(PHP_INT_MAX - 1, 'any');
        };

        $this->expectExceptionMessage('the connection was lost');
        Database::read($read);
    }

    public function testAConnectionThatWasLostBeforeIsNoFailure(): void
    {
        self::lose();
        get_post_meta(PHP_INT_MAX, 'any');

        self::assertSame('1', Database::read(static function (): string {
            self::connect();
            return $GLOBALS['wpdb']->get_var('SELECT 1');
        }));
    }

    private static function lose(): void
    {
        $GLOBALS['wp_actions']['template_redirect'] = 1;
        $GLOBALS['wpdb']->reconnect_retries = 0;
        $GLOBALS['wpdb']->dbh = null;
    }

    private static function connect(): void
    {
        $GLOBALS['wpdb']->reconnect_retries = 5;
        $GLOBALS['wpdb']->check_connection();
    }
}
