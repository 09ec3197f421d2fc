<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\S3Path;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * The page under Tools, and that of a network's administrator: state, figures, checks and failures.
 *
 * Viewing it writes nothing. A test file is written only for a POST with a nonce. In a network, a site's administrator
 * sees neither the server's state, nor figures and failures of other sites.
 */
final class OperatorPage
{
    public const PAGE = 'aloft';
    private const TRY = 'aloft-try-writing';

    /** Action and nonce of the request for the operations under way. */
    private const OPERATIONS = 'aloft-operations';

    /** The check that writes a file. */
    private const WRITING = 'writing';

    /** Checks of the server rather than the site. */
    private const OF_THE_SERVER = ['php', 'code', 'leftovers', 'cache', 'backups'];

    public function __construct(
        private readonly AgentReports $reports,
        private readonly Diagnosis $diagnosis,
        private readonly BackupCheck $backups,
        private readonly UploadsDirectory $uploads,
        private readonly PrivateMedia $media,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('admin_menu', fn () => add_management_page(
            'Aloft',
            'Aloft',
            'manage_options',
            self::PAGE,
            fn () => $this->show(S3Path::parse((string) wp_get_upload_dir()['basedir'])),
        ));
        $hooks->add('network_admin_menu', fn () => add_submenu_page(
            'settings.php',
            'Aloft',
            'Aloft',
            'manage_network',
            self::PAGE,
            fn () => $this->show($this->uploads->root()),
        ));
        $hooks->add('wp_ajax_' . self::OPERATIONS, $this->answerOperations(...));
    }

    /** Answers the page's script with the operations under way. */
    private function answerOperations(): void
    {
        check_ajax_referer(self::OPERATIONS);
        if (!self::seesAll() || !current_user_can('manage_options')) {
            wp_die(-1, 403);
        }
        try {
            $html = self::operations($this->reports->state());
        } catch (AgentException) {
            wp_die('', '', ['response' => 503]);
        }
        wp_die($html);
    }

    /** @param array<string, mixed> $agent */
    private static function operations(array $agent): string
    {
        $query = ['action' => self::OPERATIONS, '_ajax_nonce' => wp_create_nonce(self::OPERATIONS)];
        return OperationsSection::html($agent, add_query_arg($query, admin_url('admin-ajax.php')));
    }

    /** @param S3Path $directory whose files are counted */
    private function show(S3Path $directory): void
    {
        $isTrying = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST' && check_admin_referer(self::TRY);
        $findings = $this->findings($isTrying);
        $counts = null;
        $requests = self::seesAll() ? $this->requests($counts) : null;
        try {
            $agent = self::shown($this->reports->state());
            $state = OperatorState::of($agent, $findings, $counts?->recentFailures() ?? 0);
            $failures = new FailuresSection($this->failures($agent));
        } catch (AgentException $failure) {
            $agent = [];
            $state = OperatorState::unanswered($failure->getMessage());
            $failures = new MissingSection(__('Last failures', 'aloft'), $failure->getMessage());
        }
        $files = $this->files($directory, $counts);
        $backups = self::seesAll() ? $this->backups() : null;
        $cache = self::seesAll() ? ObjectCacheSection::of($agent) : null;
        $running = self::seesAll() ? self::operations($agent) : '';
        $checks = (new ChecksSection($findings))->html(wp_nonce_field(self::TRY, '_wpnonce', true, false));
        $figures = $requests?->html() . $files?->html();
        $cards = $state->level === OperatorState::WORKS
            ? $figures . $checks . $failures->html()
            : $failures->html() . $checks . $figures;
        echo '<style>' . file_get_contents(__DIR__ . '/operator-page.css') . '</style>'
            . '<div class="wrap aloft-page"><h1>Aloft</h1>' . $this->banner($state)
            . '<dl class="aloft-tiles">' . $files?->tiles() . $requests?->tiles() . $cache?->tiles()
            . $backups?->tiles() . $this->privateTile() . '</dl>'
            . '<div class="aloft-cards">' . $running . $cards . $cache?->html() . $cache?->slowest()
            . $backups?->html() . (self::seesAll() ? ChecksSection::commands() : '') . '</div></div>';
        wp_print_inline_script_tag((string) file_get_contents(__DIR__ . '/operator-page.js'));
    }

    /** @return list<Finding> */
    private function findings(bool $isTrying): array
    {
        $hidden = [...self::seesAll() ? [] : self::OF_THE_SERVER, ...$isTrying ? [] : [self::WRITING]];
        $checks = array_diff_key($this->diagnosis->checks() + $this->backups->checks(), array_flip($hidden));
        return array_map(static fn (\Closure $check): Finding => $check(), array_values($checks));
    }

    /**
     * The agent's problem may name files of other sites.
     *
     * @param array<string, mixed> $agent
     * @return array<string, mixed>
     */
    private static function shown(array $agent): array
    {
        return self::seesAll() || ($agent['problem'] ?? null) === null
            ? $agent : ['problem' => __('The network\'s administrator sees the reason.', 'aloft')] + $agent;
    }

    /**
     * A section, or the reason why the agent did not report its figures.
     *
     * @param \Closure(): ?Section $make
     */
    private static function section(string $title, \Closure $make): ?Section
    {
        try {
            return $make();
        } catch (AgentException $failure) {
            return new MissingSection($title, $failure->getMessage());
        }
    }

    /** @param ?RequestFigures $counts is set to them */
    private function requests(?RequestFigures &$counts): Section
    {
        return self::section(__('Requests to S3', 'aloft'), function () use (&$counts): Section {
            return new RequestsSection($counts = $this->reports->requests());
        });
    }

    /** The main site's directory contains those of other sites, which its administrator does not see. */
    private function files(S3Path $directory, ?RequestFigures $requests): ?Section
    {
        return !self::seesAll() && $this->uploads->site() === '' ? null : self::section(
            __('Files', 'aloft'),
            fn (): Section => new FilesSection(
                $this->reports->files($directory),
                $requests === null ? null : PriceList::of($requests),
            ),
        );
    }

    /** Null without backups. */
    private function backups(): ?Section
    {
        return self::section(__('Snapshots', 'aloft'), function (): ?Section {
            $report = $this->reports->snapshots();
            return $report->isConfigured ? new BackupsSection($report) : null;
        });
    }

    private function banner(OperatorState $state): string
    {
        return sprintf(
            '<div class="aloft-state aloft-%s" role="status"><strong>%s</strong><span>%s</span></div>',
            esc_attr($state->level),
            esc_html($state->headline),
            esc_html($state->detail),
        );
    }

    private function privateTile(): string
    {
        return Tile::html(
            __('Private files', 'aloft'),
            number_format_i18n($this->media->count()),
            __('attachments of this site', 'aloft'),
        );
    }

    /** True for users who may see state of the agent, which all sites of a network share. */
    public static function seesAll(): bool
    {
        return !is_multisite() || current_user_can('manage_network');
    }

    /**
     * @param array<string, mixed> $agent
     * @return list<array<string, mixed>>
     */
    private function failures(array $agent): array
    {
        $failures = array_values((array) $agent['last_failures']);
        return self::seesAll() ? $failures : array_values(array_filter($failures, self::isOwn(...)));
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
}
