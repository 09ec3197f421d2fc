<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Shows operators how uploads are: in WordPress's Site Health, on a page under Tools, and with a notice where nothing
 * can be uploaded.
 */
final class SiteHealth
{
    private const PAGE = 'aloft';

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
    }

    /**
     * @param array<string, array<string, mixed>> $tests
     * @return array<string, array<string, mixed>>
     */
    private function addTests(array $tests): array
    {
        foreach ($this->diagnosis->looks() as $name => $look) {
            $tests['direct']["aloft_$name"] = [
                'label' => "Aloft: $name",
                'test' => static fn (): array => self::result($name, $look()),
            ];
        }
        return $tests;
    }

    /** @return array<string, mixed> as Site Health wants it */
    private static function result(string $name, Finding $finding): array
    {
        return [
            'label' => $finding->label,
            'status' => $finding->status,
            'badge' => ['label' => 'Uploads', 'color' => 'blue'],
            'description' => '<p>' . esc_html($finding->text) . '</p>',
            'actions' => sprintf(
                '<p><a href="%s">%s</a></p>',
                esc_url(admin_url('tools.php?page=' . self::PAGE)),
                'Aloft under Tools',
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
        } catch (Refused $refusal) {
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
        echo '<div class="wrap"><h1>Aloft</h1><table class="widefat striped"><tbody>';
        foreach ($this->diagnosis->looks() as $look) {
            $finding = $look();
            self::row([ucfirst($finding->status), $finding->label, $finding->text]);
        }
        echo '</tbody></table>';
        try {
            $this->showState($this->files->status());
        } catch (Refused) {
            // The first row has said so.
        }
        echo '</div>';
    }

    /** @param array<string, mixed> $status of the agent */
    private function showState(array $status): void
    {
        $since = wp_date('Y-m-d H:i:s', (int) $status['since']);
        echo '<h2>' . esc_html("{$status['exchanges']} exchanges since $since, {$status['failures']} failed") . '</h2>';
        if ($status['last_failures'] !== []) {
            echo '<table class="widefat striped"><thead><tr><th>When</th><th>What</th><th>Status</th><th>Why</th></tr>'
                . '</thead><tbody>';
            foreach ($status['last_failures'] as $failure) {
                $when = wp_date('Y-m-d H:i:s', (int) $failure['when']);
                self::row([$when, $failure['what'], $failure['status'], $failure['why']]);
            }
            echo '</tbody></table>';
        }
    }

    /** Where an upload would fail, whoever could begin one is told before. */
    private function warn(): void
    {
        if (!current_user_can('upload_files')) {
            return;
        }
        try {
            $problem = $this->files->status()['problem'] ?? null;
        } catch (Refused $refusal) {
            $problem = $refusal->getMessage();
        }
        if ($problem !== null) {
            printf(
                '<div class="notice notice-error"><p><strong>%s</strong> %s %s</p></div>',
                'Nothing can be uploaded at the moment.',
                esc_html((string) $problem),
                current_user_can('manage_options')
                    ? '<a href="' . esc_url(admin_url('tools.php?page=' . self::PAGE)) . '">Aloft</a>' : '',
            );
        }
    }

    /** @param list<mixed> $cells */
    private static function row(array $cells): void
    {
        echo '<tr>' . implode('', array_map(
            static fn (mixed $cell): string => '<td>' . esc_html(self::text($cell)) . '</td>',
            $cells,
        )) . '</tr>';
    }

    private static function text(mixed $value): string
    {
        return is_bool($value) ? ($value ? 'yes' : 'no') : (string) $value;
    }
}
