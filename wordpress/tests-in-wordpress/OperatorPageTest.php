<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Operations\BackupsSection;
use Aloft\Operations\BarChart;
use Aloft\Operations\FailuresSection;
use Aloft\Operations\FileUsage;
use Aloft\Operations\Finding;
use Aloft\Operations\OperationsSection;
use Aloft\Operations\OperatorState;
use Aloft\Operations\RequestFigures;
use Aloft\Operations\SnapshotReport;
use Aloft\Operations\Table;

/**
 * The page under Tools.
 */
final class OperatorPageTest extends SiteTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $GLOBALS['super_admins'] = [wp_get_current_user()->user_login]; // of a network
    }

    protected function tearDown(): void
    {
        unset($GLOBALS['super_admins']);
        parent::tearDown();
    }

    public function testTheAdministratorOfANetworksMainSiteSeesNoFilesOfOthers(): void
    {
        $GLOBALS['super_admins'] = [];

        self::assertSame(!is_multisite(), str_contains(self::page(), '<h2>Files</h2>'));
    }

    public function testLookingAtThePageWritesNothing(): void
    {
        $requests = self::requestsOf(static function () use (&$page): void {
            $page = self::page();
        });

        self::assertDoesNotMatchRegularExpression('/(Put|Delete|Copy)Object/', $requests);
        self::assertStringNotContainsString('A file was written', $page);
        self::assertStringContainsString('<form method="post" action="#aloft-checks">', $page);
    }

    public function testThePagesButtonWritesOnlyWithANonce(): void
    {
        $page = self::pageThatWrites();
        self::assertMatchesRegularExpression('/A file was written|Storing a small file took/', $page);

        $_SERVER['REQUEST_METHOD'] = 'POST';
        add_filter('wp_die_handler', static fn (): \Closure => static fn () => throw new \DomainException('died'));
        try {
            $requests = self::requestsOf(static function (): void {
                try {
                    self::page();
                    self::fail('a POST without a nonce is accepted');
                } catch (\DomainException) {
                    ob_end_clean();
                }
            });
        } finally {
            $_SERVER['REQUEST_METHOD'] = 'GET';
        }
        self::assertDoesNotMatchRegularExpression('/(Put|Delete|Copy)Object/', $requests);
    }

    public function testThePageUnderToolsIsForAdministrators(): void
    {
        self::assertStringContainsString('Requests to S3', self::page());
        $GLOBALS['submenu'] = [];
        wp_set_current_user(0);
        do_action('admin_menu', '');
        self::assertFalse(isset($GLOBALS['submenu']['tools.php']) && in_array(
            'aloft',
            array_column($GLOBALS['submenu']['tools.php'], 2),
            true,
        ));
    }

    public function testThePageShowsRequestsFilesAndChecks(): void
    {
        $page = self::page();

        self::assertSame(1, substr_count($page, '<h1>'));
        foreach (['Requests to S3', 'Files', 'Checks', 'Last failures', 'On the server'] as $heading) {
            self::assertStringContainsString("<h2>$heading</h2>", $page);
        }
        self::assertMatchesRegularExpression('~<svg [^>]*role="img" aria-label="[^"]+"~', $page);
        self::assertStringContainsString('<td class="aloft-number">', $page);
    }

    public function testFilesThatCannotBeCountedAreNotLeftOut(): void
    {
        $directory = wp_get_upload_dir()['basedir'] . '/never-counted-' . bin2hex(random_bytes(6));
        add_filter('upload_dir', static fn (array $found): array => ['basedir' => $directory] + $found, PHP_INT_MAX);
        self::s3('POST', 'refuse-listings');
        try {
            // A slow listing is still under way when the page is made.
            for ($end = microtime(true) + 60; str_contains($page = self::page(), '(still counting)');) {
                self::assertLessThan($end, microtime(true), $page);
            }
        } finally {
            self::s3('POST', '');
        }

        self::assertMatchesRegularExpression(
            '~<h2>Files</h2><p>Not known now: [^<]*never-counted[^<]*\. Reload the page to ask again\.</p>~',
            $page,
        );
        self::assertStringContainsString('<dt>Files</dt><dd>–</dd>', $page);
        self::assertStringContainsString('<figcaption>Requests by hour</figcaption>', $page);
    }

    public function testEachPartSaysThatTheAgentDoesNotAnswer(): void
    {
        [$status, $page] = self::inAnotherProcess(
            ['ALOFT_SOCKET' => '/nonexistent/agent.sock'],
            'wp_set_current_user(1); $GLOBALS["super_admins"] = [wp_get_current_user()->user_login];'
                . '$_SERVER["REQUEST_METHOD"] = "GET"; set_current_screen("dashboard"); do_action("admin_menu", "");'
                . 'do_action(get_plugin_page_hookname("aloft", "tools.php"));',
        );

        self::assertSame(0, $status, $page);
        self::assertStringContainsString('agent does not answer', $page);
        foreach (['Requests to S3', 'Files', 'Last failures', 'Snapshots'] as $part) {
            self::assertStringContainsString("<h2>$part</h2><p>Not known now: the agent cannot be reached at", $page);
        }
    }

    public function testTheNetworksPageCountsTheFilesOfAllSites(): void
    {
        $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
        $requests = self::requestsOf(static function () use (&$page): void {
            do_action('network_admin_menu', '');
            $page = self::printed(get_plugin_page_hookname('aloft', 'settings.php'));
        });

        self::assertDoesNotMatchRegularExpression('/(Put|Delete|Copy)Object/', $requests);
        self::assertSame((bool) is_multisite(), str_contains($page, '<h2>Files</h2>'), 'others have no such page');
    }

    public function testRequestsArePricedByAListThatAFilterMayChange(): void
    {
        self::assertStringContainsString('Aloft knows no prices of this provider.', self::page());

        add_filter('aloft_s3_prices', static fn (): array => ['name' => 'a <b>list</b>', 'date' => '2026-11']
            + array_fill_keys([...RequestFigures::KINDS, 'storage'], 1000.0));

        $page = self::page();
        self::assertStringContainsString('a &lt;b&gt;list&lt;/b&gt; (2026-11)', $page);
        self::assertMatchesRegularExpression('~about \$[1-9][\d,]*\.\d\d~', $page);
    }

    public function testFiguresAreAddedUpByHour(): void
    {
        $now = 1_795_352_400;
        $sample = static fn (int $age, int $read): array => ['end' => $now - $age, 'read' => $read, 'failed' => 1];
        $figures = new RequestFigures([
            'provider' => 'aws',
            'edge' => false,
            'since' => $now - 7 * DAY_IN_SECONDS,
            'now' => $now,
            'samples' => [$sample(86_400, 1), $sample(3599, 2), $sample(3600, 4), $sample(0, 8), $sample(-5, 16)],
        ]);

        self::assertSame(26, $figures->hours[23]['read']);
        self::assertSame(4, $figures->hours[22]['read']);
        self::assertSame(1, $figures->hours[0]['read']);
        self::assertSame(31, $figures->requests());
        self::assertSame(3, $figures->recentFailures());
        self::assertSame($now - DAY_IN_SECONDS, $figures->since);
        self::assertNull($figures->hitRatio());
    }

    public function testFilesAreAddedUpByKindAndMonth(): void
    {
        $group = static fn (string $kind, string $month, int $bytes): array
            => ['kind' => $kind, 'month' => $month, 'files' => 1, 'bytes' => $bytes];
        $usage = new FileUsage(['when' => time(), 'complete' => true, 'groups' => [
            $group('image', gmdate('Y-m'), 10),
            $group('video', gmdate('Y-m'), 500),
            $group('image', '1999-01', 7),
        ]]);

        self::assertSame(['video', 'image'], array_keys($usage->kinds()));
        self::assertSame(['files' => 2, 'bytes' => 17], $usage->kinds()['image']);
        self::assertCount(FileUsage::MONTHS, $usage->months());
        self::assertSame(510, $usage->months()[gmdate('Y-m')]);
        self::assertSame(517, $usage->bytes());
    }

    public function testTheStateIsOneLine(): void
    {
        $agent = ['problem' => null, 'since' => 1_795_352_400, 'last_failures' => []];
        $bad = Finding::recommended('S3 is slow', '');

        self::assertSame(OperatorState::WORKS, OperatorState::of($agent, [Finding::good('x', 'y')], 0)->level);
        self::assertSame('S3 is slow', OperatorState::of($agent, [$bad], 0)->detail);
        self::assertSame(OperatorState::DEGRADED, OperatorState::of($agent, [], 3)->level);
        $down = OperatorState::of(['problem' => 'no answer', 'problem_since' => 1_795_352_400] + $agent, [], 0);
        self::assertSame(OperatorState::DOWN, $down->level);
        self::assertStringContainsString('2026', $down->headline);
        self::assertSame('no answer', $down->detail);
    }

    public function testSnapshotsAreShown(): void
    {
        $old = ['id' => 'b', 'moment' => 5, 'files' => 3, 'bytes' => 1, 'database' => false];
        $section = new BackupsSection(new SnapshotReport(['configured' => true, 'newest' => [
            ['id' => 'a', 'moment' => time() - 2 * DAY_IN_SECONDS, 'files' => 3, 'bytes' => 4096, 'database' => true],
            ['verified' => 0, 'failed' => 0] + $old,
            ['verified' => 0, 'failed' => 2] + $old,
        ]]));

        self::assertStringContainsString('2 days', $section->tiles());
        self::assertStringContainsString('<td>3 files, database</td><td class="aloft-number">4', $section->html());
        self::assertMatchesRegularExpression('/none<.*good, 1970-01-01 .*2 failed</s', $section->html());
        self::assertStringContainsString('reading', (new BackupsSection(
            new SnapshotReport(['configured' => true]),
        ))->tiles());
        self::assertStringNotContainsString('Newest snapshot', self::page());
    }

    public function testOperationsUnderWayAreShown(): void
    {
        $html = OperationsSection::html(['operations' => [
            ['name' => 'migrate in', 'phase' => '<i>', 'files' => 8200, 'copied' => 2, 'bytes' => 3 << 20,
                'since' => time() - 2 * HOUR_IN_SECONDS],
            ['name' => 'backup create', 'phase' => 'dumping the database', 'files' => 0, 'copied' => 0,
                'bytes' => 5 << 20, 'stream' => true, 'since' => time()],
        ]], 'https://a.test/?b=1&c=2');

        self::assertStringContainsString('migrate in: &lt;i&gt;<', $html);
        self::assertStringContainsString('Files done: 8,200, copied or read: 3.0 MB', $html);
        self::assertStringContainsString('<td>5.0 MB<', $html);
        self::assertStringContainsString('2 hours', $html);
        self::assertStringContainsString(' data-url="https://a.test/?b=1&#038;c=2"', $html);
        self::assertSame('', OperationsSection::html(['operations' => []], '') . OperationsSection::html([], ''));
        self::assertStringNotContainsString('<h2>Under way</h2>', self::page());
    }

    public function testOperationsUnderWayAreToldToAdministratorsWithANonce(): void
    {
        $answer = static function (): string {
            try {
                do_action('wp_ajax_aloft-operations');
            } catch (\DomainException $died) {
                return $died->getMessage();
            }
            self::fail('the request goes on');
        };
        add_filter('wp_doing_ajax', '__return_true');
        add_filter('wp_die_ajax_handler', static fn (): \Closure => static fn ($message, $title, $arguments)
            => throw new \DomainException(($arguments['response'] ?? 200) . ' ' . $message));
        $forbidden = '403 -1';

        self::assertSame($forbidden, $answer());
        $_REQUEST['_ajax_nonce'] = wp_create_nonce('aloft-operations');
        self::assertSame('200 ', $answer(), 'none is under way');
        wp_set_current_user(0);
        $_REQUEST['_ajax_nonce'] = wp_create_nonce('aloft-operations');
        self::assertSame($forbidden, $answer());
        unset($_REQUEST['_ajax_nonce']);
    }

    public function testOperationsUnderWayAreTranslated(): void
    {
        add_filter('gettext_aloft', static fn (string $text): string => "[$text]");
        $html = OperationsSection::html(['operations' => [
            ['name' => 'migrate in', 'phase' => 'of another version', 'files' => 1, 'copied' => 1, 'bytes' => 1,
                'since' => time()],
            ['name' => 'scheduled backup', 'phase' => 'listing content', 'files' => 1, 'copied' => 1, 'bytes' => 1,
                'since' => time()],
        ]], '');

        self::assertStringContainsString('[migrate in]: of another version<', $html);
        self::assertStringContainsString('[scheduled backup]: [listing content]<', $html);
    }

    public function testOlderFailuresAreFoldedAway(): void
    {
        $failure = ['when' => 5, 'what' => 'PUT /<i>', 'status' => 503, 'why' => 'down', 'caller' => 'shop.php:1 <i>'];
        $html = (new FailuresSection(array_fill(0, 7, $failure)))->html();

        [$newest, $older] = explode('<details>', $html);
        self::assertSame([5, 2], [substr_count($newest, '<td>down</td>'), substr_count($older, '<td>down</td>')]);
        self::assertStringNotContainsString('<i>', $html);
        self::assertStringNotContainsString('<details>', (new FailuresSection([$failure]))->html());
    }

    public function testTextsOfChartsAndTablesAreEscaped(): void
    {
        $chart = (new BarChart('<i>', ['<i>'], static fn (float $value): string => '<i>'))->with('<i>', [1]);

        self::assertStringNotContainsString('<i>', $chart->with('"', [2])->html());
        self::assertStringNotContainsString('<i>', Table::html(['<i>', '"', '', ''], [['<i>', '1', '', '']], '"<i>'));
    }

    public static function pageThatWrites(): string
    {
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $_REQUEST['_wpnonce'] = wp_create_nonce('aloft-try-writing');
        try {
            return self::page();
        } finally {
            $_SERVER['REQUEST_METHOD'] = 'GET';
            unset($_REQUEST['_wpnonce']);
        }
    }

    private static function page(): string
    {
        $GLOBALS['submenu'] = $GLOBALS['menu'] = [];
        do_action('admin_menu', '');
        return self::printed(get_plugin_page_hookname('aloft', 'tools.php'));
    }
}
