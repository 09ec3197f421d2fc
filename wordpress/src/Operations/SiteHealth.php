<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\Settings;

/**
 * State of the uploads for operators: in WordPress's Site Health, on a page under Tools, and in a notice while uploads
 * fail. A test file is written only for a POST with a nonce. In a network, a site's administrator sees neither the
 * server's state nor failures of other sites.
 */
final class SiteHealth
{
    private const PAGE = 'aloft';
    private const TRY = 'aloft-try-writing';

    /** The check that writes a file. */
    private const WRITING = 'writing';

    /** Checks of the server rather than the site. */
    private const OF_THE_SERVER = ['php', 'code', 'leftovers', 'cache'];

    public function __construct(
        private readonly Settings $settings,
        private readonly Files $files,
        private readonly Diagnosis $diagnosis,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('site_status_tests', $this->addTests(...));
        $hooks->add('debug_information', $this->inform(...));
        $hooks->add('admin_menu', fn () => add_management_page(
            'Aloft',
            'Aloft',
            'manage_options',
            self::PAGE,
            $this->showPage(...),
        ));
        $hooks->add('admin_notices', $this->warn(...));
        $hooks->add('wp_ajax_health-check-aloft-writing', $this->answerWriting(...));
    }

    /**
     * @param array<string, array<string, mixed>> $tests
     * @return array<string, array<string, mixed>>
     */
    private function addTests(array $tests): array
    {
        foreach ($this->diagnosis->checks() as $name => $check) {
            /* translators: %s: name of a check */
            $label = sprintf(__('Aloft: %s', 'aloft'), $name);
            $result = static fn (): array => self::result($name, $check());
            if ($name === self::WRITING) {
                $tests['async']["aloft_$name"] = [
                    'label' => $label,
                    'test' => "aloft_$name",
                    'has_rest' => false,
                    'async_direct_test' => $result,
                ];
            } else {
                $tests['direct']["aloft_$name"] = ['label' => $label, 'test' => $result];
            }
        }
        return $tests;
    }

    /** Answers the POST of the Site Health page. */
    private function answerWriting(): void
    {
        check_ajax_referer('health-check-site-status');
        if (!current_user_can('view_site_health_checks')) {
            wp_send_json_error();
        }
        wp_send_json_success(self::result(self::WRITING, $this->diagnosis->writing()));
    }

    /** @return array<string, mixed> as Site Health wants it */
    private static function result(string $name, Finding $finding): array
    {
        return [
            'label' => $finding->label,
            'status' => $finding->status,
            'badge' => ['label' => __('Uploads', 'aloft'), 'color' => 'blue'],
            'description' => '<p>' . esc_html($finding->text) . '</p>',
            'actions' => sprintf(
                '<p><a href="%s">%s</a></p>',
                esc_url(admin_url('tools.php?page=' . self::PAGE)),
                esc_html__('Details', 'aloft'),
            ),
            'test' => "aloft_$name",
        ];
    }

    /**
     * @param array<string, array<string, mixed>> $information
     * @return array<string, array<string, mixed>>
     */
    private function inform(array $information): array
    {
        $fields = [
            'bucket' => $this->settings->bucket,
            'socket' => $this->settings->socket,
            'url' => wp_get_upload_dir()['baseurl'],
            'strict' => $this->settings->strict,
        ];
        try {
            $fields += array_filter($this->files->status(), static fn (mixed $value): bool => !is_array($value));
        } catch (AgentException $refusal) {
            $fields['agent'] = $refusal->getMessage();
        }
        $information['aloft'] = ['label' => 'Aloft', 'fields' => []];
        foreach ($fields as $name => $value) {
            $information['aloft']['fields'][$name] = ['label' => $name, 'value' => self::text($value)];
        }
        return $information;
    }

    private function showPage(): void
    {
        $isTrying = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' && check_admin_referer(self::TRY);
        $hidden = [...self::seesAll() ? [] : self::OF_THE_SERVER, ...$isTrying ? [] : [self::WRITING]];
        echo '<div class="wrap"><h1>Aloft</h1><table class="widefat striped"><tbody>';
        foreach (array_diff_key($this->diagnosis->checks(), array_flip($hidden)) as $check) {
            $finding = $check();
            self::row([self::word($finding->status), $finding->label, $finding->text]);
        }
        echo '</tbody></table><form method="post">';
        wp_nonce_field(self::TRY);
        submit_button(__('Write a test file', 'aloft'), 'secondary');
        echo '</form>';
        try {
            $this->showState($this->files->status());
        } catch (AgentException) {
            // The first row shows the reason.
        }
        echo '</div>';
    }

    private static function word(string $status): string
    {
        return match ($status) {
            Finding::GOOD => __('Good', 'aloft'),
            Finding::RECOMMENDED => __('Recommended', 'aloft'),
            default => __('Critical', 'aloft'),
        };
    }

    /** True for users who may see state of the agent, which all sites of a network share. */
    private static function seesAll(): bool
    {
        return !is_multisite() || current_user_can('manage_network');
    }

    /** @param array<string, mixed> $status of the agent */
    private function showState(array $status): void
    {
        $failures = (array) $status['last_failures'];
        if (self::seesAll()) {
            printf('<h2>%s</h2>', esc_html(sprintf(
                /* translators: 1: number of requests to the agent, 2: time, 3: number of failures */
                __('%1$s requests since %2$s, %3$s failed', 'aloft'),
                $status['exchanges'],
                wp_date('Y-m-d H:i:s', (int) $status['since']),
                $status['failures'],
            )));
        } else {
            $failures = array_filter($failures, self::isOwn(...));
        }
        if ($failures === []) {
            return;
        }
        $columns = [__('Time', 'aloft'), __('Request', 'aloft'), __('Status', 'aloft'), __('Reason', 'aloft')];
        echo '<table class="widefat striped"><thead>';
        self::row($columns, 'th');
        echo '</thead><tbody>';
        foreach ($failures as $failure) {
            $when = wp_date('Y-m-d H:i:s', (int) $failure['when']);
            self::row([$when, $failure['what'], $failure['status'], $failure['why']]);
        }
        echo '</tbody></table>';
    }

    /**
     * True for failures of the current site, by the path in the request. The main site's directory contains those of
     * other sites.
     *
     * @param array<string, mixed> $failure
     */
    private static function isOwn(array $failure): bool
    {
        $directory = S3Path::parse((string) wp_get_upload_dir()['basedir'])->directoryTarget();
        $target = (string) strstr((string) $failure['what'], '/');
        return str_starts_with($target, $directory)
            && !str_starts_with(substr($target, strlen($directory)), 'sites/');
    }

    /** Warns users who may upload while uploads fail. */
    private function warn(): void
    {
        if (!current_user_can('upload_files')) {
            return;
        }
        try {
            $problem = $this->files->status()['problem'] ?? null;
        } catch (AgentException $refusal) {
            $problem = $refusal->getMessage();
        }
        if ($problem !== null) {
            printf(
                '<div class="notice notice-error"><p><strong>%s</strong> %s %s</p></div>',
                esc_html__('Nothing can be uploaded at the moment.', 'aloft'),
                esc_html((string) $problem),
                current_user_can('manage_options')
                    ? '<a href="' . esc_url(admin_url('tools.php?page=' . self::PAGE)) . '">Aloft</a>' : '',
            );
        }
    }

    /** @param list<mixed> $cells */
    private static function row(array $cells, string $element = 'td'): void
    {
        echo '<tr>' . implode('', array_map(
            static fn (mixed $cell): string => "<$element>" . esc_html(self::text($cell)) . "</$element>",
            $cells,
        )) . '</tr>';
    }

    private static function text(mixed $value): string
    {
        return is_bool($value) ? ($value ? __('yes', 'aloft') : __('no', 'aloft')) : (string) $value;
    }
}
