<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Points WordPress's uploads directory at the bucket and its URL at the edge, without asking the agent.
 */
final class UploadsDirectory
{
    /** WordPress's uploads directory without Aloft, as of the last call. @var array<string, mixed> */
    private array $original = [];

    /** The same directory in the bucket, cached because a page asks hundreds of times. @var array<string, mixed> */
    private array $pointed = [];

    /** The site of a network that the cached directory belongs to. */
    private int $site = 0;

    /** @var ?\Closure(): bool true while the server's own directory is in use */
    private ?\Closure $isSuspended = null;

    /** The last path that was marked as present. */
    private string $present = '';

    public function __construct(private readonly Settings $settings, private readonly Files $files)
    {
    }

    /** Runs before all other filters, which then see the real directory, and after them, to see their result. */
    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_resource_hints', $this->hint(...), 10, 2);
        $hooks->add('upload_dir', $this->pointAtBucket(...), PHP_INT_MIN);
        $hooks->add('upload_dir', $this->takeAsPresent(...), PHP_INT_MAX);
    }

    /** @param \Closure(): bool $isSuspended true while WordPress gets the server's own directory; called each time */
    public function suspendWhile(\Closure $isSuspended): void
    {
        $this->isSuspended = $isSuspended;
    }

    /**
     * @param array<string, mixed> $uploads path, url, subdir, basedir, baseurl, error
     * @return array<string, mixed>
     */
    private function pointAtBucket(array $uploads): array
    {
        $isKnown = $this->pointed !== [] && $this->original === $uploads && $this->site === get_current_blog_id()
            && !has_filter('s3_uploads_bucket_url');
        $this->original = $uploads;
        $this->site = get_current_blog_id();
        if ($this->isSuspended !== null && ($this->isSuspended)()) {
            return $uploads;
        }
        if ($isKnown) {
            return $this->pointed;
        }
        $pointed = $this->inBucket($uploads);
        $this->pointed = has_filter('s3_uploads_bucket_url') ? [] : $pointed;
        return $pointed;
    }

    /**
     * @param array<string, mixed> $uploads
     * @return array<string, mixed>
     */
    private function inBucket(array $uploads): array
    {
        $folder = UploadsFolder::of((string) $uploads['basedir']);
        $uploads['basedir'] = 's3://' . $this->settings->bucket . "/$folder";
        $uploads['path'] = $uploads['basedir'] . $uploads['subdir'];
        if (!$this->settings->keepsUrls) {
            $uploads['baseurl'] = $this->urlOf($folder);
            $uploads['url'] = $uploads['baseurl'] . $uploads['subdir'];
        }
        return $uploads;
    }

    /** An old network without a configured URL keeps WordPress's own. */
    private function urlOf(string $folder): string
    {
        $isOld = $this->settings->url === null && !has_filter('s3_uploads_bucket_url')
            && UploadsFolder::isOfOldNetwork();
        return $isOld ? self::filesUrl() : $this->parentUrl() . "/$folder";
    }

    /** WordPress returns another URL while switch_to_blog() is in effect. */
    private static function filesUrl(): string
    {
        $url = trim((string) get_option('upload_url_path'));
        return rtrim($url !== '' ? $url : trailingslashit((string) get_option('siteurl')) . 'files', '/');
    }

    /** @return array<string, mixed> wp_upload_dir() without Aloft */
    public function withoutAloft(): array
    {
        wp_upload_dir(null, false, true);
        return $this->original;
    }

    /**
     * The directory of all uploads of all sites in a network. A site with a custom folder, or in an old network, has
     * its uploads beside it.
     */
    public function root(): S3Path
    {
        return S3Path::parse($this->base());
    }

    /** The current site's directory below {@see self::root()}, "" or "sites/2"; null where it lies elsewhere. */
    public function site(): ?string
    {
        $base = $this->base() . '/';
        $directory = wp_get_upload_dir()['basedir'] . '/';
        return str_starts_with($directory, $base) ? trim(substr($directory, strlen($base)), '/') : null;
    }

    /** The name of the upload at a URL, below {@see self::root()}; null for other URLs. */
    public function nameOf(string $url): ?string
    {
        $path = (string) preg_replace('~^(?:https?:)?//~i', '', substr($url, 0, strcspn($url, '?#')));
        $site = $this->site();
        if ($site === null) {
            return null;
        }
        foreach ([wp_get_upload_dir()['baseurl'], rtrim(content_url("uploads/$site"), '/')] as $base) {
            $base = preg_replace('~^(?:https?:)?//~i', '', (string) $base) . '/';
            if (str_starts_with($path, $base)) {
                return ltrim("$site/", '/') . rawurldecode(substr($path, strlen($base)));
            }
        }
        return null;
    }

    /** The path of the upload at a URL; null for other URLs. */
    public function pathOf(string $url): ?S3Path
    {
        $name = $this->nameOf($url);
        $path = $name === null ? '' : "{$this->base()}/$name";
        return $this->holds($path) ? S3Path::parse($path) : null;
    }

    /** True for a path of the current site's uploads. */
    public function holds(string $path): bool
    {
        $directory = (string) wp_get_upload_dir()['basedir'];
        try {
            return S3Path::isS3($path) && S3Path::isS3($directory)
                && str_starts_with(S3Path::parse($path) . '/', S3Path::parse($directory) . '/');
        } catch (AgentException) {
            return false;
        }
    }

    private function base(): string
    {
        return 's3://' . $this->settings->bucket . '/' . UploadsFolder::NAME;
    }

    /** URL of the folder that holds the uploads. A filter of S3-Uploads may change it. */
    public function parentUrl(): string
    {
        return rtrim((string) ($this->settings->url ?? apply_filters('s3_uploads_bucket_url', self::home())), '/');
    }

    /**
     * Marks the directory that WordPress is about to write to as present, so that WordPress does not create it. A
     * directory in a bucket appears with its first file.
     *
     * @param array<string, mixed> $uploads
     * @return array<string, mixed>
     */
    private function takeAsPresent(array $uploads): array
    {
        $path = $uploads['path'] ?? null;
        if ($path !== $this->present && S3Path::isS3($path)) {
            $this->files->takeAsPresent(S3Path::parse($path));
            $this->present = $path;
        }
        return $uploads;
    }

    /**
     * Makes browsers resolve the host of uploads early, if it is not the site's.
     *
     * @param array<mixed> $hints
     * @return array<mixed>
     */
    private function hint(array $hints, string $relation): array
    {
        $host = wp_parse_url(wp_get_upload_dir()['baseurl'], PHP_URL_HOST);
        if ($relation === 'dns-prefetch' && $host !== wp_parse_url(home_url(), PHP_URL_HOST)) {
            $hints[] = "//$host";
        }
        return $hints;
    }

    /**
     * The site's public address, without changes that plugins make in home_url(). Sites of a network on one host share
     * its /uploads; a site with its own domain has its own.
     */
    private static function home(): string
    {
        $home = rtrim((string) get_option('home'), '/');
        $network = is_multisite() && !is_subdomain_install() ? get_network() : null;
        return $network !== null && self::authority($home) === strtolower($network->domain)
            ? rtrim(set_url_scheme("http://$network->domain$network->path"), '/')
            : $home;
    }

    /** The host of a URL, with the port if there is one. */
    private static function authority(string $url): string
    {
        return strtolower(preg_replace('~^(?:https?:)?//([^/?#]*).*$~i', '$1', $url));
    }
}
