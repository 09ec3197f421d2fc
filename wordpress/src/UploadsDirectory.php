<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Points WordPress's uploads directory at the bucket, and its URL at the edge, without asking anyone.
 */
final class UploadsDirectory
{
    /** What WordPress would use without Aloft, as the last question about it was answered. @var array<string, mixed> */
    private array $original = [];

    /** What became of it: pages ask hundreds of times. @var array<string, mixed> */
    private array $pointed = [];

    /** The path that is known to be taken as present. */
    private string $present = '';

    public function __construct(private readonly Settings $settings, private readonly Files $files)
    {
    }

    /** First of all filters, so that every other one sees the true directory; and last, to see what became of it. */
    public function register(Hooks $hooks): void
    {
        $hooks->add('pre_option_upload_path', static fn (): string => '');
        $hooks->add('pre_option_upload_url_path', static fn (): string => '');
        $hooks->add('wp_resource_hints', $this->hint(...), 10, 2);
        $hooks->add('upload_dir', $this->pointAtBucket(...), PHP_INT_MIN);
        $hooks->add('upload_dir', $this->takeAsPresent(...), PHP_INT_MAX);
    }

    /**
     * @param array<string, mixed> $uploads path, url, subdir, basedir, baseurl, error
     * @return array<string, mixed>
     */
    private function pointAtBucket(array $uploads): array
    {
        $isKnown = $this->pointed !== [] && $this->original === $uploads && !has_filter('s3_uploads_bucket_url');
        $this->original = $uploads;
        if (S3Uploads::isTakenOut()) {
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
        $site = $this->site((string) $uploads['basedir']);
        $uploads['basedir'] = $this->base() . $site;
        $uploads['path'] = $uploads['basedir'] . $uploads['subdir'];
        if (!$this->settings->keepsUrls) {
            $uploads['baseurl'] = $this->parentUrl() . '/uploads' . $site;
            $uploads['url'] = $uploads['baseurl'] . $uploads['subdir'];
        }
        return $uploads;
    }

    /** @return array<string, mixed> what wp_upload_dir() says without Aloft */
    public function withoutAloft(): array
    {
        wp_upload_dir(null, false, true);
        return $this->original;
    }

    /** The directory of all uploads, of every site of a network. */
    public function root(): S3Path
    {
        return S3Path::parse($this->base());
    }

    /** The name of the upload behind a URL, below {@see self::root()}; null when it is no upload's. */
    public function nameOf(string $url): ?string
    {
        $path = preg_replace('~^(?:https?:)?//|[?#].*$~i', '', $url);
        $uploads = wp_get_upload_dir();
        $site = substr((string) $uploads['basedir'], strlen($this->base()));
        foreach ([$uploads['baseurl'], content_url('uploads') . $site] as $base) {
            $base = preg_replace('~^(?:https?:)?//~i', '', (string) $base) . '/';
            if (str_starts_with($path, $base)) {
                return ltrim("$site/", '/') . rawurldecode(substr($path, strlen($base)));
            }
        }
        return null;
    }

    private function base(): string
    {
        return 's3://' . $this->settings->bucket . '/uploads';
    }

    /** Where visitors find what holds the uploads. A filter of S3-Uploads has a say. */
    public function parentUrl(): string
    {
        return rtrim((string) ($this->settings->url ?? apply_filters('s3_uploads_bucket_url', self::home())), '/');
    }

    /**
     * WordPress asks for the directory it is about to write into, and would make it: a directory of the bucket
     * comes into being with its first file.
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
     * Where the uploads have a host of their own, browsers look its address up early.
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

    /** What WordPress put behind the uploads directory for one site of a network: "/sites/2", or nothing. */
    private function site(string $basedir): string
    {
        $roots = [WP_CONTENT_DIR . '/uploads'];
        if (defined('UPLOADS')) {
            $roots[] = ABSPATH . UPLOADS;
        }
        foreach ($roots as $root) {
            if ($basedir === $root || str_starts_with($basedir, "$root/")) {
                return rtrim(substr($basedir, strlen($root)), '/');
            }
        }
        return is_multisite() && !is_main_site() ? '/sites/' . get_current_blog_id() : '';
    }

    /**
     * The address that visitors use, without what plugins may add to home_url(). Sites of a network that share
     * one host also share its /uploads.
     */
    private static function home(): string
    {
        if (is_multisite() && !is_subdomain_install()) {
            $network = get_network();
            return rtrim(set_url_scheme("http://$network->domain$network->path"), '/');
        }
        return rtrim((string) get_option('home'), '/');
    }
}
