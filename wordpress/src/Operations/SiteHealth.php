<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\Settings;

/**
 * State of the uploads in WordPress's Site Health, and in a notice while uploads fail. A test file is written only for
 * a POST with a nonce.
 */
final class SiteHealth
{
    /** The check that writes a file. */
    private const WRITING = 'writing';

    public function __construct(
        private readonly Settings $settings,
        private readonly Files $files,
        private readonly Diagnosis $diagnosis,
        private readonly DeployedCode $code,
        private readonly BackupCheck $backups,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('site_status_tests', $this->addTests(...));
        $hooks->add('debug_information', $this->inform(...));
        $hooks->add('admin_notices', $this->warn(...));
        $hooks->add('wp_ajax_health-check-aloft-writing', $this->answerWriting(...));
    }

    /**
     * @param array<string, array<string, mixed>> $tests
     * @return array<string, array<string, mixed>>
     */
    private function addTests(array $tests): array
    {
        foreach ($this->code->replaced() as $name) {
            unset($tests['direct'][$name], $tests['async'][$name]);
        }
        $checks = $this->diagnosis->checks() + $this->code->checks() + $this->backups->checks();
        foreach ($checks as $name => $check) {
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
                esc_url(admin_url('tools.php?page=' . OperatorPage::PAGE)),
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

    /** Warns users who may upload while uploads fail. */
    private function warn(): void
    {
        if (!current_user_can('upload_files')) {
            return;
        }
        try {
            $problem = $this->files->status()['problem'] ?? null;
            $problem = $problem === null || OperatorPage::seesAll() ? $problem : '';
        } catch (AgentException $refusal) {
            $problem = $refusal->getMessage();
        }
        if ($problem !== null) {
            printf(
                '<div class="notice notice-error"><p><strong>%s</strong> %s %s</p></div>',
                esc_html__('Nothing can be uploaded at the moment.', 'aloft'),
                esc_html((string) $problem),
                current_user_can('manage_options')
                    ? '<a href="' . esc_url(admin_url('tools.php?page=' . OperatorPage::PAGE)) . '">Aloft</a>' : '',
            );
        }
    }

    private static function text(mixed $value): string
    {
        return is_bool($value) ? ($value ? __('yes', 'aloft') : __('no', 'aloft')) : (string) $value;
    }
}
