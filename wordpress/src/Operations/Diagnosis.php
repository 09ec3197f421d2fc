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
 * Checks whether uploads work, by storing one, and whether this server is configured for them. Each check is a method
 * that does not throw and takes a few seconds at most.
 */
final class Diagnosis
{
    private const SKEW_SECONDS = 60;
    private const SLOW_SECONDS = 1.0;

    /**
     * @param Files $state asks for the agent's state, on a connection that failed writes do not affect
     * @param Files $files makes the trials
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
            'cache' => $this->objectCache(...),
        ];
    }

    public function agent(): Finding
    {
        try {
            $begin = microtime(true);
            $status = $this->state->status();
            $took = self::milliseconds(microtime(true) - $begin);
        } catch (AgentException $failure) {
            return Finding::critical(
                __('Aloft\'s agent does not answer', 'aloft'),
                /* translators: %s: reason */
                sprintf(__('%s. Uploads fail until the agent runs. Check its service, and whether PHP may open its'
                    . ' socket (socket_group).', 'aloft'), $failure->getMessage()),
            );
        }
        $served = trim($status['bucket'] . '/' . $status['prefix'], '/');
        if (!str_starts_with("{$this->settings->bucket}/", "$served/")) {
            return Finding::critical(
                __('Aloft\'s agent serves another bucket', 'aloft'),
                /* translators: 1: bucket of the site, 2: path of a socket, 3: bucket of the agent */
                sprintf(__('This site\'s uploads are in %1$s, but the agent at %2$s serves %3$s. Correct ALOFT_BUCKET'
                    . ' or ALOFT_SOCKET.', 'aloft'), $this->settings->bucket, $this->settings->socket, $served),
            );
        }
        if (($status['unkept'] ?? []) !== []) {
            return Finding::recommended(
                __('The S3 store does not support all conditional writes', 'aloft'),
                /* translators: %s: consequences */
                sprintf(__('%s. Use a store that supports them, such as AWS, Ceph, MinIO or R2.', 'aloft'), ucfirst(
                    implode('. ', $status['unkept']),
                )),
            );
        }
        $skew = abs(time() - (int) ($status['now'] ?? time()));
        return $skew > self::SKEW_SECONDS
            ? Finding::recommended(
                __('The clocks of PHP and the agent differ', 'aloft'),
                /* translators: %d: number of seconds */
                sprintf(__('They differ by %d seconds. Synchronize them.', 'aloft'), $skew),
            )
            : Finding::good(
                __('Aloft\'s agent answers', 'aloft'),
                /* translators: 1: version of the agent, 2: time, as in "0.4 ms" */
                sprintf(__('Version %1$s answered in %2$s.', 'aloft'), $status['version'], $took),
            );
    }

    public function objectCache(): Finding
    {
        $dropIn = ObjectCacheDropIn::ofThisSite();
        if (!$dropIn->isOurs() || $dropIn->isOff()) {
            return Finding::good(
                __('The object cache is not kept in Aloft\'s agent', 'aloft'),
                __('On a site with one server, wp aloft object-cache enable makes pages faster.', 'aloft'),
            );
        }
        try {
            $statistics = $this->state->status()['object_cache'] ?? null;
        } catch (AgentException $failure) {
            return Finding::recommended(
                __('The object cache could not be checked', 'aloft'),
                $failure->getMessage(),
            );
        }
        if ($statistics === null) {
            return Finding::critical(
                __('Aloft\'s agent has no object cache', 'aloft'),
                __('Its drop-in is installed, but caches nothing, and transients are lost. Set object_cache_bytes in'
                    . ' aloft.toml, or run wp aloft object-cache disable.', 'aloft'),
            );
        }
        $reads = $statistics['hits'] + $statistics['misses'];
        if ($statistics['shared'] ?? !isset($statistics['entries'])) {
            return Finding::good(
                __('The object cache is shared by all servers', 'aloft'),
                sprintf(
                    /* translators: %d: percentage */
                    __('%d %% of all reads by this server were hits.', 'aloft'),
                    $reads === 0 ? 0 : round(100 * $statistics['hits'] / $reads),
                ),
            );
        }
        return Finding::good(
            __('The object cache is kept in Aloft\'s agent', 'aloft'),
            /* translators: 1: number of values, 2: size, as in "3 MB", 3: percentage */
            sprintf(
                __('%1$d values in %2$s. %3$d %% of all reads were hits.', 'aloft'),
                $statistics['entries'],
                size_format($statistics['bytes']),
                $reads === 0 ? 0 : round(100 * $statistics['hits'] / $reads),
            ),
        );
    }

    public function writing(): Finding
    {
        $path = $this->uploads->root()->child('.aloft-health-' . bin2hex(random_bytes(8)));
        try {
            $begin = microtime(true);
            $this->files->put($path, $text = bin2hex(random_bytes(16)), Condition::absent());
            $seconds = microtime(true) - $begin;
            $written = $this->files->stat($path);
            $read = $this->files->read($path, 0, 100)->bytes;
            $this->files->delete($path);
        } catch (AgentException $failure) {
            return Finding::critical(
                __('Uploads cannot be stored', 'aloft'),
                /* translators: %s: reason */
                sprintf(__('%s. Uploads fail until this is fixed. Stored files are still served.', 'aloft'), ucfirst(
                    $failure->getMessage(),
                )),
            );
        }
        return $read === $text
            ? $this->written(abs(time() - ($written?->modified ?? time())), $seconds)
            : Finding::critical(
                __('Uploads are corrupted', 'aloft'),
                /* translators: %s: path of a file */
                sprintf(__('The content read from %s is not what was written. Do not upload anything until the cause is'
                    . ' known.', 'aloft'), (string) $path),
            );
    }

    private function written(int $skew, float $seconds): Finding
    {
        if ($skew > self::SKEW_SECONDS) {
            return Finding::recommended(
                __('The clocks of this server and S3 differ', 'aloft'),
                /* translators: %d: number of seconds */
                sprintf(__('They differ by %d seconds. S3 rejects all requests from 15 minutes on. Synchronize'
                    . ' them.', 'aloft'), $skew),
            );
        }
        $took = self::milliseconds($seconds);
        return $seconds > self::SLOW_SECONDS
            ? Finding::recommended(
                __('S3 is slow', 'aloft'),
                /* translators: %s: time, as in "1200 ms" */
                sprintf(__('Storing a small file took %s.', 'aloft'), $took),
            )
            : Finding::good(
                __('Uploads are stored', 'aloft'),
                /* translators: %s: time, as in "12 ms" */
                sprintf(__('A file was written in %s, read back and removed.', 'aloft'), $took),
            );
    }

    public function signing(): Finding
    {
        try {
            $this->files->sign($this->uploads->root(), ['probe'], 60);
        } catch (AgentException $failure) {
            if ($failure->status === AgentException::NO_ANSWER) {
                return Finding::recommended(
                    __('Signed URLs could not be checked', 'aloft'),
                    $failure->getMessage(),
                );
            }
            /* translators: %s: reason */
            $text = sprintf(__('URLs cannot be signed: %s. No one can view private files until the site has a'
                . ' url_secret in aloft.toml.', 'aloft'), $failure->getMessage());
            return get_option(PrivateMedia::SEEN) === '1'
                ? Finding::critical(__('Private files cannot be shown', 'aloft'), $text)
                : Finding::good(__('This site has no private files', 'aloft'), $text);
        }
        return Finding::good(
            __('URLs of private files are signed', 'aloft'),
            __('The agent signs them. PHP has no secret.', 'aloft'),
        );
    }

    /** Checks that the edge serves the uploads' folder, and that the site's own scripts may read from there. */
    public function addresses(): Finding
    {
        $original = (string) $this->uploads->withoutAloft()['basedir'];
        $uploads = wp_get_upload_dir();
        if (UploadsFolder::isElsewhere($original)) {
            return Finding::recommended(
                __('The uploads folder is outside wp-content', 'aloft'),
                /* translators: 1: a folder of the server, 2: a path in the bucket */
                sprintf(__('%1$s lies outside wp-content, so uploads are stored in %2$s. Copy the folder\'s files'
                    . ' there, and remove upload_path and UPLOADS.', 'aloft'), $original, $uploads['basedir']),
            );
        }
        if ($this->uploads->site() === null) {
            return Finding::recommended(
                __('The edge does not serve this uploads folder by default', 'aloft'),
                /* translators: %s: a path in the bucket */
                sprintf(__('Uploads are stored in %s. Add it to upload_paths of the site in aloft.toml. Private media'
                    . ' and pictures made on the fly work for uploads/ only.', 'aloft'), $uploads['basedir']),
            );
        }
        $origin = self::origin(home_url());
        return $origin === self::origin($uploads['baseurl']) || $this->mayRead($origin, $uploads['baseurl'])
            ? Finding::good(__('Uploads have valid URLs', 'aloft'), $uploads['baseurl'])
            : Finding::recommended(
                __('Scripts of this site may not read its uploads', 'aloft'),
                /* translators: %s: URL of the site */
                sprintf(__('Uploads are on another origin. Since WordPress 7.1 the media library cannot play videos'
                    . ' from there. Set cors_origins = ["%s"] for the site in aloft.toml.', 'aloft'), $origin),
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
        $problems = array_filter([
            ini_get('allow_url_include') ? __('Disable allow_url_include.', 'aloft') : '',
            ini_get('file_uploads') ? '' : __('Enable file_uploads: nothing can be uploaded.', 'aloft'),
            wp_convert_hr_to_bytes((string) ini_get('post_max_size'))
                < wp_convert_hr_to_bytes((string) ini_get('upload_max_filesize'))
                ? __('Increase post_max_size to upload_max_filesize: larger uploads fail.', 'aloft') : '',
            is_writable(get_temp_dir()) ? '' : sprintf(
                /* translators: %s: path of a folder */
                __('Make %s writable: PHP receives uploads there.', 'aloft'),
                get_temp_dir(),
            ),
            $this->basedir(),
        ]);
        return $problems === []
            ? Finding::good(
                __('PHP is configured for uploads', 'aloft'),
                /* translators: %s: size, as in "64 MB" */
                sprintf(__('It accepts files up to %s.', 'aloft'), size_format(wp_max_upload_size())),
            )
            : Finding::recommended(__('PHP is not configured for uploads', 'aloft'), implode(' ', $problems));
    }

    /** Uploads never run as code. That protects most where PHP cannot write code either. */
    public function code(): Finding
    {
        $places = [ABSPATH, ABSPATH . 'wp-admin', WP_CONTENT_DIR, WP_PLUGIN_DIR, WPMU_PLUGIN_DIR, get_theme_root()];
        $writable = array_unique(array_filter(
            array_map(untrailingslashit(...), $places),
            static fn (string $place): bool => is_dir($place) && is_writable($place),
        ));
        return $writable === []
            ? Finding::good(
                __('PHP cannot change the site\'s code', 'aloft'),
                /* translators: %s: path of a folder */
                sprintf(__('It cannot write to %s.', 'aloft'), ABSPATH),
            )
            : Finding::recommended(
                __('PHP can change the site\'s code', 'aloft'),
                /* translators: %s: paths of folders */
                sprintf(__('An attacker who runs code in PHP can make it permanent. Deploy as another user, and make'
                    . ' these folders read-only: %s.', 'aloft'), implode(', ', $writable)),
            );
    }

    /** Settings and plugins that Aloft has replaced. */
    public function leftovers(): Finding
    {
        $keys = array_filter(['S3_UPLOADS_KEY', 'S3_UPLOADS_SECRET'], defined(...));
        $plugins = array_filter(
            (array) get_option('active_plugins'),
            static fn (mixed $plugin): bool => is_string($plugin) && str_ends_with($plugin, '/s3-uploads.php'),
        );
        $problems = array_filter([
            $keys === [] ? '' : sprintf(
                /* translators: %s: names of constants */
                __('Remove %s from wp-config.php: only the agent needs S3 credentials.', 'aloft'),
                implode(', ', $keys),
            ),
            $plugins === [] ? '' : __('Deactivate S3-Uploads: Aloft replaces it.', 'aloft'),
        ]);
        return $problems === []
            ? Finding::good(
                __('PHP has no S3 credentials', 'aloft'),
                __('No active plugin needs them either.', 'aloft'),
            )
            : Finding::recommended(__('Parts of S3-Uploads remain', 'aloft'), implode(' ', $problems));
    }

    private function basedir(): string
    {
        $allowed = array_filter(explode(PATH_SEPARATOR, (string) ini_get('open_basedir')));
        foreach ($allowed as $folder) {
            if (str_starts_with($this->settings->socket, rtrim($folder, '/'))) {
                return '';
            }
        }
        return $allowed === [] ? '' : sprintf(
            /* translators: %s: path of a socket */
            __('Add %s to open_basedir.', 'aloft'),
            $this->settings->socket,
        );
    }

    private static function milliseconds(float $seconds): string
    {
        return sprintf($seconds < 0.01 ? '%.1f ms' : '%.0f ms', $seconds * 1000);
    }
}
