<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Points WordPress's uploads directory at the bucket, and its URL at the edge, without asking anyone.
 */
final class UploadsDirectory
{
    public function __construct(private readonly Settings $settings, private readonly Files $files)
    {
    }

    /** First of all filters, so that every other one sees the true directory; and last, to see what became of it. */
    public function register(): void
    {
        add_filter('pre_option_upload_path', static fn (): string => '');
        add_filter('pre_option_upload_url_path', static fn (): string => '');
        add_filter('upload_dir', $this->pointAtBucket(...), PHP_INT_MIN);
        add_filter('upload_dir', $this->takeAsPresent(...), PHP_INT_MAX);
    }

    /**
     * @param array<string, mixed> $uploads path, url, subdir, basedir, baseurl, error
     * @return array<string, mixed>
     */
    private function pointAtBucket(array $uploads): array
    {
        $site = $this->site((string) $uploads['basedir']);
        $uploads['basedir'] = 's3://' . $this->settings->bucket . '/uploads' . $site;
        $uploads['baseurl'] = ($this->settings->url ?? self::home()) . '/uploads' . $site;
        $uploads['path'] = $uploads['basedir'] . $uploads['subdir'];
        $uploads['url'] = $uploads['baseurl'] . $uploads['subdir'];
        return $uploads;
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
        if (S3Path::isS3($uploads['path'] ?? null)) {
            $this->files->takeAsPresent(S3Path::parse($uploads['path']));
        }
        return $uploads;
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
