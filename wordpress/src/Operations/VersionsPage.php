<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\FileVersion;
use Aloft\Files\S3Path;
use Aloft\Library\EarlierStates;
use Aloft\Library\Restoration;
use Aloft\PrivateMedia\PrivateReaders;
use Aloft\Uploads\Hooks;

/**
 * The page with the versions of an attachment's original, reached from the media library: those that the bucket keeps,
 * and those in the newest snapshots. A version is downloaded, or brought back, by users with the capability who may
 * edit the attachment. Nothing is written but by a POST with a nonce.
 *
 * By default administrators have the capability. A role that has it, or is denied it, decides for its users, as a
 * filter on `map_meta_cap` may.
 */
final class VersionsPage
{
    public const CAPABILITY = 'aloft_restore_versions';
    public const PAGE = 'aloft-versions';
    public const DOWNLOAD = 'aloft_version';

    /** The agent takes no other ids. */
    private const ID = '/^[\x21-\x7e]{1,1024}$/D';

    private const ETAG = '/^"[\x21\x23-\x7e]{1,1024}"$/D';

    private const WINDOW_BYTES = 4 << 20;

    public function __construct(private readonly Files $files, private readonly Restoration $restoration)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('map_meta_cap', self::map(...), 0, 3);
        $hooks->add('admin_menu', fn () => add_media_page(
            __('Versions', 'aloft'),
            __('Versions', 'aloft'),
            self::CAPABILITY,
            self::PAGE,
            $this->show(...),
        ));
        // Reached by links only; a page that was never in the menu has neither title nor permission.
        $hooks->add('admin_head', static fn () => remove_submenu_page('upload.php', self::PAGE));
        $hooks->add('admin_post_' . self::DOWNLOAD, $this->download(...));
        $hooks->add('media_row_actions', $this->addAction(...), 10, 2);
        $hooks->add('attachment_fields_to_edit', $this->addField(...), 10, 2);
    }

    /**
     * @param list<string> $capabilities
     * @return list<string>
     */
    private static function map(array $capabilities, mixed $asked, mixed $user): array
    {
        if ($asked !== self::CAPABILITY) {
            return $capabilities;
        }
        $isDecided = isset(get_userdata((int) $user)->allcaps[self::CAPABILITY]);
        return [$isDecided ? self::CAPABILITY : 'manage_options'];
    }

    private static function may(int $attachment): bool
    {
        return get_post_type($attachment) === 'attachment'
            && current_user_can(self::CAPABILITY)
            && current_user_can('edit_post', $attachment)
            && current_user_can(PrivateReaders::READ, $attachment);
    }

    /**
     * @param array<string, string> $actions
     * @return array<string, string>
     */
    private function addAction(array $actions, \WP_Post $attachment): array
    {
        $link = $this->link($attachment->ID);
        return $link === '' ? $actions : $actions + [self::PAGE => $link];
    }

    /**
     * @param array<string, array<string, mixed>> $fields
     * @return array<string, array<string, mixed>>
     */
    private function addField(array $fields, \WP_Post $attachment): array
    {
        $link = $this->link($attachment->ID);
        return $link === '' ? $fields : $fields + [self::PAGE => [
            'label' => __('Versions', 'aloft'),
            'input' => 'html',
            'html' => $link,
        ]];
    }

    /** Empty for a user or an attachment without. */
    private function link(int $attachment): string
    {
        return !self::may($attachment) || $this->restoration->original($attachment) === null ? '' : sprintf(
            '<a href="%s">%s</a>',
            esc_url(self::url($attachment)),
            esc_html__('Versions', 'aloft'),
        );
    }

    private static function url(int $attachment): string
    {
        return add_query_arg(['page' => self::PAGE, 'attachment' => $attachment], admin_url('upload.php'));
    }

    private static function action(int $attachment, string $version): string
    {
        return self::PAGE . "-$attachment-$version";
    }

    /** @return array{int, S3Path} the attachment that is asked for, and its original */
    private function asked(): array
    {
        $attachment = absint($_GET['attachment'] ?? 0);
        $path = self::may($attachment) ? $this->restoration->original($attachment) : null;
        return $path !== null ? [$attachment, $path] : wp_die(
            esc_html__('You may not see the versions of this file, or it has none here.', 'aloft'),
            403,
        );
    }

    /**
     * The version in the request, whose nonce is for it alone.
     *
     * @param array<string, mixed> $fields
     */
    private static function version(array $fields, int $attachment): string
    {
        $version = wp_unslash($fields['version'] ?? '');
        if (!is_string($version) || preg_match(self::ID, $version) !== 1) {
            wp_die(esc_html__('There is no such version.', 'aloft'), 400);
        }
        check_admin_referer(self::action($attachment, $version));
        return $version;
    }

    /**
     * The condition that the file is still the one which the page showed.
     *
     * @param array<string, mixed> $fields
     */
    private static function seen(array $fields): Condition
    {
        $etag = wp_unslash($fields['seen'] ?? null);
        return match (true) {
            $etag === '' => Condition::absent(),
            is_string($etag) && preg_match(self::ETAG, $etag) === 1 => Condition::version($etag),
            default => wp_die(esc_html__('The request does not name the file that it replaces.', 'aloft'), 400),
        };
    }

    private function show(): void
    {
        [$attachment, $path] = $this->asked();
        $notice = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST'
            ? $this->restore($attachment, $path, self::version($_POST, $attachment), self::seen($_POST)) : '';
        echo '<div class="wrap"><h1>' . esc_html(sprintf(
            /* translators: %s: name of a file */
            __('Versions of %s', 'aloft'),
            $path->name(),
        )) . '</h1>' . $notice . $this->table($attachment, $path) . sprintf(
            '<p><a href="%s">%s</a></p></div>',
            esc_url((string) get_edit_post_link($attachment, 'raw')),
            esc_html__('Back to the file', 'aloft'),
        );
    }

    private function restore(int $attachment, S3Path $path, string $version, Condition $seen): string
    {
        try {
            $states = EarlierStates::read($this->files, $path);
            $state = $states->find($version) ?? throw new AgentException('none', AgentException::NOT_FOUND);
            if (!$states->canReturn($state)) {
                return self::notice('error', __('Nothing was brought back. The list below is the newest.', 'aloft'));
            }
            $errors = $this->restoration->restore($attachment, $path, $version, $seen);
        } catch (AgentException $failure) {
            return self::notice('error', match ($failure->status) {
                AgentException::CONFLICT => $failure->getMessage(), // The agent names the reason.
                AgentException::CONDITION_FAILED => __('The file has changed since its versions were shown, so nothing'
                    . ' was brought back. The list below is the newest.', 'aloft'),
                default => self::reason($failure),
            });
        }
        return $errors === []
            ? self::notice('success', __('The version is back.', 'aloft'))
            : self::notice('warning', sprintf(
                /* translators: %s: reasons */
                __('The version is back, but not everything that belongs to it: %s', 'aloft'),
                implode('; ', $errors),
            ));
    }

    private function table(int $attachment, S3Path $path): string
    {
        try {
            $states = EarlierStates::read($this->files, $path);
        } catch (AgentException $failure) {
            return self::notice('info', self::reason($failure));
        }
        $rows = '';
        foreach ($states->all() as $version) {
            $rows .= self::row($attachment, $version, $states);
        }
        $heads = [__('Time', 'aloft'), __('Size', 'aloft'), __('Actions', 'aloft')];
        return self::warnings($states)
            . '<table class="widefat striped"><thead><tr>'
            . implode('', array_map(static fn (string $h): string => '<th>' . esc_html($h) . '</th>', $heads))
            . "</tr></thead><tbody>$rows</tbody></table>" . self::omissions($states);
    }

    private static function warnings(EarlierStates $states): string
    {
        return ($states->isSuspended() ? self::notice('warning', __('Versioning is suspended in S3. Versions can be'
            . ' downloaded, but none is brought back: it could replace another one for good.', 'aloft')) : '')
            . ($states->wouldLoseNow() ? self::notice('warning', __('The current file is in no snapshot and would be'
            . ' lost, so no earlier state can be restored. The next snapshot will contain it.', 'aloft')) : '');
    }

    private static function omissions(EarlierStates $states): string
    {
        $texts = [
            $states->hasMoreVersions() ? __('S3 keeps older versions, too. On the server, "aloft backup'
            . ' versions" lists them, and "aloft backup restore --path" brings one back.', 'aloft') : '',
            $states->hasMoreSnapshots() ? __('There are older snapshots, too. On the server, "aloft backup list"'
            . ' lists them, and "aloft backup restore --path" brings a file back.', 'aloft') : '',
        ];
        return implode('', array_map(
            static fn (string $text): string => '<p>' . esc_html($text) . '</p>',
            array_filter($texts),
        ));
    }

    private static function row(int $attachment, FileVersion $version, EarlierStates $states): string
    {
        $note = match (true) {
            $version->size === null => '',
            $version->isLatest => __('current', 'aloft'),
            $version->etag === $states->now() => __('same content as now', 'aloft'),
            default => '',
        };
        $place = $version->moment === null ? '' : sprintf(
            /* translators: %s: date and time */
            __('in the snapshot of %s', 'aloft'),
            (string) wp_date('Y-m-d H:i:s', $version->moment),
        );
        return sprintf(
            '<tr><td>%s%s</td><td>%s</td><td>%s</td></tr>',
            esc_html((string) wp_date('Y-m-d H:i:s', $version->modified)),
            implode('', array_map(static fn (string $text): string => '<br>' . esc_html($text), array_filter(
                [$note, $place],
            ))),
            esc_html($version->size === null ? __('deleted', 'aloft') : (size_format($version->size, 1) ?: '0 B')),
            $version->size === null ? '' : self::actions($attachment, $version, $states),
        );
    }

    private static function actions(int $attachment, FileVersion $version, EarlierStates $states): string
    {
        $nonce = self::action($attachment, $version->id);
        $download = add_query_arg(array_map(rawurlencode(...), [
            'action' => self::DOWNLOAD,
            'attachment' => (string) $attachment,
            'version' => $version->id,
            '_wpnonce' => wp_create_nonce($nonce),
        ]), admin_url('admin-post.php'));
        $html = sprintf('<a href="%s">%s</a>', esc_url($download), esc_html__('Download', 'aloft'));
        return !$states->canReturn($version) ? $html : $html . sprintf(
            '<form method="post" action="%s"><input type="hidden" name="version" value="%s">'
            . '<input type="hidden" name="seen" value="%s"><input type="hidden" name="_wpnonce" value="%s">'
            . '<button class="button">%s</button></form>',
            esc_url(self::url($attachment)),
            esc_attr($version->id),
            esc_attr($states->now()),
            esc_attr(wp_create_nonce($nonce)),
            esc_html__('Bring back', 'aloft'),
        );
    }

    /** Sends a version as a file to be saved, which no browser renders and no program executes. */
    private function download(): void
    {
        [$attachment, $path] = $this->asked();
        $id = self::version($_GET, $attachment);
        try {
            $version = EarlierStates::read($this->files, $path)->find($id)
                ?? throw new AgentException('no such version', AgentException::NOT_FOUND);
            $size = (int) $version->size;
            $part = $size === 0 ? '' : $this->files->readVersion($path, $version, 0, self::WINDOW_BYTES);
        } catch (AgentException $failure) {
            wp_die(esc_html(self::reason($failure)), 404);
        }
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
        foreach (self::headers($path->name(), $size) as $header) {
            header($header);
        }
        echo $part;
        try {
            for ($sent = strlen($part); $sent < $size; $sent += strlen($part)) {
                $part = $this->files->readVersion($path, $version, $sent, self::WINDOW_BYTES);
                echo $part;
                flush();
            }
        } catch (AgentException) {
            exit; // The browser sees a body that ends before its length.
        }
        exit;
    }

    /** @return list<string> */
    public static function headers(string $name, int $size): array
    {
        $plain = preg_replace('/[^A-Za-z0-9._-]/', '_', $name);
        return [
            'Content-Type: application/octet-stream',
            "Content-Disposition: attachment; filename=\"$plain\"; filename*=UTF-8''" . rawurlencode($name),
            "Content-Length: $size",
            'X-Content-Type-Options: nosniff',
            "Content-Security-Policy: sandbox; default-src 'none'",
            'Cache-Control: private, no-store',
        ];
    }

    /** The reason why versions are neither listed nor read. */
    public static function reason(AgentException $failure): string
    {
        return match ($failure->status) {
            AgentException::CONFLICT => __('The bucket keeps no versions. Versioning can be enabled in S3; from then on'
                . ' replaced and deleted files can be brought back.', 'aloft'),
            AgentException::FORBIDDEN => __('S3 does not let Aloft read versions. The server\'s administrator can'
                . ' permit it: "aloft iam --versions" prints the policy.', 'aloft'),
            AgentException::NOT_FOUND => __('There is no such version.', 'aloft'),
            default => $failure->getMessage(),
        };
    }

    private static function notice(string $kind, string $text): string
    {
        return "<div class=\"notice notice-$kind\"><p>" . esc_html($text) . '</p></div>';
    }
}
