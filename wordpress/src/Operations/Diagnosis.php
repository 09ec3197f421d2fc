<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\Uploads\Settings;
use Aloft\Uploads\UploadsDirectory;
use Aloft\Uploads\UploadsFolder;

/**
 * Looks whether uploads work, by doing what they do, and whether this server is set up as it should be. Each look is
 * a method; none throws, and none waits longer than a few seconds.
 */
final class Diagnosis
{
    private const SKEW_SECONDS = 60;
    private const SLOW_SECONDS = 1.0;

    /**
     * @param Files $state for questions about the agent itself, which a failed write must not keep from being asked
     * @param Files $files to try
     */
    public function __construct(
        private readonly Settings $settings,
        private readonly Files $state,
        private readonly Files $files,
        private readonly UploadsDirectory $uploads,
    ) {
    }

    /** @return array<string, \Closure(): Finding> by name */
    public function checks(): array
    {
        return [
            'agent' => $this->agent(...),
            'writing' => $this->writing(...),
            'signing' => $this->signing(...),
            'addresses' => $this->addresses(...),
            'php' => $this->php(...),
            'code' => $this->code(...),
            'leftovers' => $this->leftovers(...),
        ];
    }

    public function agent(): Finding
    {
        try {
            $begin = microtime(true);
            $status = $this->state->status();
            $took = self::milliseconds(microtime(true) - $begin);
        } catch (AgentException $refusal) {
            return Finding::critical('Aloft\'s agent does not answer', "{$refusal->getMessage()}. Uploads fail until"
                . ' it runs: look at its service, and whether PHP may open the socket (socket_group).');
        }
        $reaches = trim($status['bucket'] . '/' . $status['prefix'], '/');
        if (!str_starts_with("{$this->settings->bucket}/", "$reaches/")) {
            return Finding::critical('Aloft\'s agent serves another bucket', "The site's uploads are in"
                . " {$this->settings->bucket}, and the socket {$this->settings->socket} reaches $reaches."
                . ' Mend ALOFT_BUCKET or ALOFT_SOCKET.');
        }
        if (($status['unkept'] ?? []) !== []) {
            $losses = ucfirst(implode('. ', $status['unkept']));
            return Finding::recommended('The S3 store does not keep every condition', "$losses. Use a store that does,"
                . ' such as AWS, Ceph, MinIO or R2.');
        }
        $skew = abs(time() - (int) ($status['now'] ?? time()));
        return $skew > self::SKEW_SECONDS
            ? Finding::recommended('The clocks of PHP and the agent differ', "By $skew seconds. Set the time.")
            : Finding::good('Aloft\'s agent answers', "Version {$status['version']}, in $took.");
    }

    public function writing(): Finding
    {
        $path = $this->uploads->root()->child('.aloft-health-' . bin2hex(random_bytes(8)));
        try {
            $begin = microtime(true);
            $this->files->put($path, $text = bin2hex(random_bytes(16)), Condition::absent());
            $wrote = microtime(true) - $begin;
            $written = $this->files->stat($path);
            $read = $this->files->read($path, 0, 100)->bytes;
            $this->files->delete($path);
        } catch (AgentException $refusal) {
            return Finding::critical('Uploads cannot be stored', "{$refusal->getMessage()}. Nothing can be uploaded"
                . ' until that is mended; what is stored is still served.');
        }
        if ($read !== $text) {
            return Finding::critical('Uploads are not read as they were written', "A file at $path came back as"
                . ' something else. Do not upload before that is understood.');
        }
        $skew = abs(time() - ($written?->modified ?? time()));
        if ($skew > self::SKEW_SECONDS) {
            return Finding::recommended('The clocks of this server and S3 differ', "By $skew seconds; from 15 minutes"
                . ' on, S3 refuses everything. Set the time.');
        }
        $took = self::milliseconds($wrote);
        return $wrote > self::SLOW_SECONDS
            ? Finding::recommended('S3 is slow', "Storing a small file took $took.")
            : Finding::good('Uploads are stored', "A file was written in $took, read back and removed.");
    }

    public function signing(): Finding
    {
        try {
            $this->files->sign($this->uploads->root(), ['probe'], 60);
        } catch (AgentException $refusal) {
            $text = "{$refusal->getMessage()}. Private files are shown to nobody until the site has a secret for URLs"
                . ' in aloft.toml (url_secret).';
            return get_option(PrivateMedia::SEEN) === '1'
                ? Finding::critical('Private files cannot be shown', $text)
                : Finding::good('No file is private', "URLs cannot be signed: $text");
        }
        return Finding::good('URLs of private files are signed', 'By the agent; PHP has no secret.');
    }

    /** Whether uploads lie where the edge serves them, and whether the site's own scripts may read them there. */
    public function addresses(): Finding
    {
        $original = (string) $this->uploads->withoutAloft()['basedir'];
        $uploads = wp_get_upload_dir();
        if (UploadsFolder::isElsewhere($original)) {
            return Finding::recommended(
                __('The folder of uploads has no place in the bucket', 'aloft'),
                /* translators: 1: a folder of the server, 2: a path in the bucket */
                sprintf(__('%1$s lies outside wp-content, so uploads are in %2$s. Copy what is in the folder to there,'
                    . ' and remove upload_path and UPLOADS.', 'aloft'), $original, $uploads['basedir']),
            );
        }
        if ($this->uploads->site() === null) {
            return Finding::recommended(
                __('Uploads are not in the folder that the edge serves by itself', 'aloft'),
                /* translators: %s: a path in the bucket */
                sprintf(__('They are in %s: name it in upload_paths of the site in aloft.toml. Private media and'
                    . ' pictures made on the fly are for uploads/ only.', 'aloft'), $uploads['basedir']),
            );
        }
        $origin = self::origin(home_url());
        return $origin === self::origin($uploads['baseurl']) || $this->mayRead($origin, $uploads['baseurl'])
            ? Finding::good(__('Uploads have their addresses', 'aloft'), $uploads['baseurl'])
            : Finding::recommended(
                __('Scripts of this site may not read its uploads', 'aloft'),
                /* translators: %s: URL of the site */
                sprintf(__('Uploads are on another origin, where the media library plays no videos since WordPress'
                    . ' 7.1. Say cors_origins = ["%s"] for the site in aloft.toml.', 'aloft'), $origin),
            );
    }

    private function mayRead(string $origin, string $uploads): bool
    {
        $question = ['method' => 'OPTIONS', 'timeout' => 3, 'headers' => ['Origin' => $origin]];
        $answer = wp_remote_request("$uploads/aloft-health", $question);
        return in_array(wp_remote_retrieve_header($answer, 'access-control-allow-origin'), ['*', $origin], true);
    }

    private static function origin(string $url): string
    {
        return (string) preg_replace('~^([a-z]+://[^/?#]+).*$~i', '$1', $url);
    }

    public function php(): Finding
    {
        $wrong = array_filter([
            ini_get('allow_url_include') ? 'allow_url_include is on: switch it off.' : '',
            ini_get('file_uploads') ? '' : 'file_uploads is off: nothing can be uploaded.',
            wp_convert_hr_to_bytes((string) ini_get('post_max_size'))
                < wp_convert_hr_to_bytes((string) ini_get('upload_max_filesize'))
                ? 'post_max_size is smaller than upload_max_filesize: the larger files never arrive.' : '',
            is_writable(get_temp_dir()) ? '' : get_temp_dir() . ' cannot be written: uploads wait there for S3.',
            $this->basedir(),
        ]);
        return $wrong === []
            ? Finding::good('PHP is set up for uploads', 'Files up to ' . size_format(wp_max_upload_size()) . '.')
            : Finding::recommended('PHP is not set up for uploads', implode(' ', $wrong));
    }

    /** Uploads never run; that is worth most where PHP cannot write what does. */
    public function code(): Finding
    {
        $places = [ABSPATH, ABSPATH . 'wp-admin', WP_CONTENT_DIR, WP_PLUGIN_DIR, WPMU_PLUGIN_DIR, get_theme_root()];
        $writable = array_unique(array_filter(
            array_map(untrailingslashit(...), $places),
            static fn (string $place): bool => is_dir($place) && is_writable($place),
        ));
        return $writable === []
            ? Finding::good('PHP cannot change the site\'s code', 'Nothing below ' . ABSPATH . ' can be written by it.')
            : Finding::recommended('PHP can change the site\'s code', 'An attacker who can run PHP can stay. Deploy as'
                . ' another user, and make these read-only: ' . implode(', ', $writable) . '.');
    }

    /** What is left of the time before Aloft. */
    public function leftovers(): Finding
    {
        $keys = array_filter(['S3_UPLOADS_KEY', 'S3_UPLOADS_SECRET'], defined(...));
        $plugins = array_filter(
            (array) get_option('active_plugins'),
            static fn (mixed $plugin): bool => is_string($plugin) && str_ends_with($plugin, '/s3-uploads.php'),
        );
        $wrong = array_filter([
            $keys === [] ? '' : 'Remove ' . implode(' and ', $keys) . ' from wp-config.php: only the agent needs them.',
            $plugins === [] ? '' : 'Deactivate S3-Uploads: Aloft has taken its place.',
        ]);
        return $wrong === []
            ? Finding::good('PHP has no key of S3', 'Nor another plugin that needs one.')
            : Finding::recommended('Something is left of S3-Uploads', implode(' ', $wrong));
    }

    private function basedir(): string
    {
        $allowed = array_filter(explode(PATH_SEPARATOR, (string) ini_get('open_basedir')));
        foreach ($allowed as $folder) {
            if (str_starts_with($this->settings->socket, rtrim($folder, '/'))) {
                return '';
            }
        }
        return $allowed === [] ? '' : "open_basedir does not contain {$this->settings->socket}.";
    }

    private static function milliseconds(float $seconds): string
    {
        return sprintf($seconds < 0.01 ? '%.1f ms' : '%.0f ms', $seconds * 1000);
    }
}
