<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\InvalidSwitches;
use Aloft\Operations\BackupCheck;
use Aloft\Operations\SnapshotReport;

/**
 * Site Health's tests and information, and the notice.
 */
final class SiteHealthTest extends SiteTestCase
{
    public function testAHealthySiteSaysSo(): void
    {
        $results = self::results();

        self::assertEqualsCanonicalizing(
            ['agent', 'writing', 'signing', 'addresses', 'php', 'code', 'leftovers', 'cache', 'updates', 'requests'],
            array_keys($results),
        );
        foreach (['agent', 'signing', 'addresses', 'leftovers'] as $name) {
            self::assertSame('good', $results[$name]['status'], $results[$name]['description']);
        }
        self::assertMatchesRegularExpression('/ in [\d.]+ ms/', $results['agent']['description']);
        self::assertMatchesRegularExpression(
            '/(?:written in|small file took) [\d.]+ ms/',
            $results['writing']['description'],
        );
        self::assertSame([], $this->newFiles(), 'the file that was written to try is gone');
        self::assertStringNotContainsString('notice-error', self::printed('admin_notices'));
    }

    public function testWritingIsTriedByWriting(): void
    {
        $requests = self::requestsOf(static fn () => self::results()['writing']);

        self::assertStringContainsString('1 PutObject', $requests);
        self::assertStringContainsString('1 DeleteObject', $requests);
    }

    public function testSiteHealthWritesOnlyWhenItsPageAsksByPost(): void
    {
        $requests = self::requestsOf(static function (): void {
            foreach (\WP_Site_Health::get_tests()['direct'] as $name => $test) {
                str_starts_with($name, 'aloft_') && $test['test']();
            }
        });

        self::assertStringNotContainsString('Object', $requests);
        self::assertNotFalse(has_action('wp_ajax_health-check-aloft-writing'));
        self::assertSame('aloft_writing', \WP_Site_Health::get_tests()['async']['aloft_writing']['test']);
    }

    public function testASiteWhoseStoreIsAwayIsCritical(): void
    {
        [$results, $notice, $page] = self::whileS3IsDown(
            static fn (): array => [self::results(), self::awaitNotice(), OperatorPageTest::pageThatWrites()],
        );

        self::assertSame('critical', $results['writing']['status']);
        self::assertStringContainsStringIgnoringCase('cannot', $results['writing']['description']);
        self::assertSame('good', $results['agent']['status'], 'the agent itself is there');
        self::assertStringContainsString('Nothing can be uploaded at the moment.', $notice);
        self::assertStringContainsString('Uploads cannot be stored', $page);
        self::assertMatchesRegularExpression('~<td>PUT /media/uploads/[^<]*</td><td [^>]*>503</td>~', $page);
        self::assertMatchesRegularExpression('~<td>[^<]+/SiteTestCase\.php:\d+ [\w\\\\:{}>-]+</td></tr>~', $page);
    }

    public function testUpdatesOfDeployedCodeAreExplained(): void
    {
        self::assertSame('good', self::results()['updates']['status']);
        self::assertSame('recommended', self::results()['requests']['status']);
        $tests = \WP_Site_Health::get_tests();
        self::assertArrayNotHasKey('background_updates', $tests['async']);
        self::assertArrayNotHasKey('update_temp_backup_writable', $tests['direct']);
        self::assertArrayHasKey('wordpress_version', $tests['direct']);

        add_filter('file_mod_allowed', '__return_true');

        self::assertArrayNotHasKey('updates', self::results());
        self::assertArrayHasKey('background_updates', \WP_Site_Health::get_tests()['async']);
        self::assertArrayHasKey('http_requests', \WP_Site_Health::get_tests()['direct']);
    }

    public function testBackupsAreCheckedByTheirSchedule(): void
    {
        $snapshot = ['id' => 'a', 'moment' => 1_795_348_800, 'files' => 3, 'bytes' => 4096, 'database' => true];
        $status = static fn (int $hours, array $report): string => BackupCheck::finding(
            new SnapshotReport($report + ['configured' => true, 'damaged' => 0, 'newest' => [$snapshot]]),
            $snapshot['moment'] + $hours * HOUR_IN_SECONDS,
        )->status;

        self::assertSame('good', $status(36, ['interval' => DAY_IN_SECONDS]));
        self::assertSame('recommended', $status(37, ['interval' => DAY_IN_SECONDS]));
        self::assertSame('good', $status(10_000, []), 'a schedule of which the agent does not know the interval');
        self::assertSame('critical', $status(1, ['damaged' => 1]));
        self::assertSame('critical', $status(1, ['newest' => []]));
        $verified = static fn (int $failed): array => ['verified' => 1_795_349_000, 'failed' => $failed] + $snapshot;
        self::assertSame('critical', $status(1, ['newest' => [$snapshot, $verified(1), $verified(0)]]));
        self::assertSame('good', $status(1, ['newest' => [$snapshot, $verified(0), $verified(1)]]));
        self::assertSame('good', $status(1, ['when' => 2000, 'log' => 1100]));
        self::assertSame('recommended', $status(1, ['when' => 2000, 'log' => 1099]), 'the binary log');
        self::assertSame('good', $status(1, ['readable' => false, 'newest' => []]), 'by least privilege');
        self::assertArrayNotHasKey('backups', self::results(), 'this site has none');
    }

    public function testASiteWithoutAnAgentIsCritical(): void
    {
        [$status, $output] = self::inAnotherProcess(
            ['ALOFT_SOCKET' => '/nonexistent/agent.sock'],
            '$all = array_merge(...array_values(WP_Site_Health::get_tests()));'
                . '$ours = array_filter($all, fn ($name) => str_starts_with($name, "aloft"), ARRAY_FILTER_USE_KEY);'
                . '$status = fn ($test) => ($test["async_direct_test"] ?? $test["test"])()["status"];'
                . 'echo wp_json_encode(array_map($status, $ours));'
                . 'wp_set_current_user(1); do_action("admin_notices");',
        );

        self::assertSame(0, $status, $output);
        self::assertStringContainsString('"aloft_agent":"critical"', $output);
        self::assertStringContainsString('"aloft_writing":"critical"', $output);
        self::assertStringContainsString('"aloft_signing":"recommended"', $output);
        self::assertStringContainsString('cannot be reached at /nonexistent/agent.sock', $output);
    }

    public function testASwitchOfAWrongTypeIsShownToAdministrators(): void
    {
        (new InvalidSwitches(['modules.cloud.s3-uploads']))->register();

        self::assertStringContainsString('composer.json for modules.cloud.s3-uploads', self::printed('admin_notices'));
        wp_set_current_user(0);
        self::assertStringNotContainsString('composer.json', self::printed('admin_notices'));
    }

    public function testUploadsOnAnotherOriginWantAKeyOfTheEdge(): void
    {
        $elsewhere = static fn (array $uploads): array => ['baseurl' => 'https://cdn.example.org/uploads'] + $uploads;
        add_filter('upload_dir', $elsewhere, PHP_INT_MAX);
        $allowed = '';
        add_filter('pre_http_request', static function (mixed $answer, array $question) use (&$allowed): array {
            self::assertSame(home_url(), $question['headers']['Origin']);
            return ['headers' => ['access-control-allow-origin' => $allowed], 'response' => ['code' => 204]];
        }, 10, 2);

        $denied = self::results()['addresses'];
        self::assertSame('recommended', $denied['status']);
        self::assertStringContainsString('cors_origins = [&quot;' . home_url() . '&quot;]', $denied['description']);
        foreach (['*', home_url()] as $allowed) {
            self::assertSame('good', self::results()['addresses']['status']);
        }
    }

    public function testAKeyOfS3InPhpIsNoted(): void
    {
        [, $output] = self::inAnotherProcess([], 'define("S3_UPLOADS_KEY", "AKIA");'
            . 'echo WP_Site_Health::get_tests()["direct"]["aloft_leftovers"]["test"]()["description"];');

        self::assertStringContainsString('Remove S3_UPLOADS_KEY from wp-config.php', $output);
        self::assertStringNotContainsString('AKIA', $output);
    }

    public function testCodeThatPhpCanWriteIsNoted(): void
    {
        $result = self::results()['code'];
        // The tests run as root where that is allowed, who can write everything.
        self::assertSame(is_writable(ABSPATH) ? 'recommended' : 'good', $result['status']);
        if (is_writable(ABSPATH)) {
            self::assertStringContainsString(untrailingslashit(ABSPATH), $result['description']);
        }
    }

    public function testTheInformationNamesBucketAndAgent(): void
    {
        require_once ABSPATH . 'wp-admin/includes/class-wp-debug-data.php';
        require_once ABSPATH . 'wp-admin/includes/update.php';

        $fields = apply_filters('debug_information', [])['aloft']['fields'];

        self::assertSame('media', $fields['bucket']['value']);
        self::assertSame('yes', $fields['writable']['value']);
        self::assertArrayHasKey('exchanges', $fields);
    }

    /** @return array<string, array<string, mixed>> Aloft's own, by name */
    private static function results(): array
    {
        $results = [];
        foreach (array_merge(...array_values(\WP_Site_Health::get_tests())) as $name => $test) {
            if (str_starts_with($name, 'aloft_')) {
                $results[substr($name, strlen('aloft_'))] = ($test['async_direct_test'] ?? $test['test'])();
            }
        }
        return $results;
    }

    /** The agent tries for a while before it knows that nothing can be written. */
    private static function awaitNotice(): string
    {
        $end = microtime(true) + 40;
        do {
            usleep(50_000);
            $notice = self::printed('admin_notices');
        } while (!str_contains($notice, 'notice-error') && microtime(true) < $end);
        return $notice;
    }
}
