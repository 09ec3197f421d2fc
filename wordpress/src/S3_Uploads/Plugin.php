<?php

declare(strict_types=1);

namespace S3_Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\S3Path;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\S3Uploads;
use Aloft\Uploads\AttachmentFiles;
use Aloft\Uploads\ImagickEditor;

/**
 * The class of S3-Uploads that other plugins and themes call, with the same names and meanings, implemented by Aloft.
 * PHP has no credentials, so {@see self::s3()} works only if a filter provides an SDK.
 *
 * Removing {@see self::filter_upload_dir()} from the filter `upload_dir` brings back the server's own directory until
 * it is added again.
 */
class Plugin
{
    private static ?self $instance = null;

    /** @var ?array<string, mixed> */
    public $original_upload_dir;

    private readonly string $bucket;

    /**
     * @param string  $bucket     "bucket" or "bucket/prefix"
     * @param ?string $key        not used: PHP signs nothing
     * @param ?string $secret     not used
     * @param ?string $bucket_url URL of what holds /uploads
     */
    final public function __construct(
        $bucket,
        $key = null,
        #[\SensitiveParameter] $secret = null,
        private readonly ?string $bucket_url = null,
        private readonly ?string $region = null,
    ) {
        $this->bucket = trim((string) $bucket, '/');
    }

    public static function get_instance(): static
    {
        return self::$instance ??= S3Uploads::instance();
    }

    public function setup(): void
    {
        $this->register_stream_wrapper();
        add_filter('upload_dir', [$this, 'filter_upload_dir']);
        S3Uploads::putIn();
    }

    public function tear_down(): void
    {
        remove_filter('upload_dir', [$this, 'filter_upload_dir']);
        S3Uploads::takeOut();
    }

    public function register_stream_wrapper(): void
    {
        S3Uploads::registerWrapper();
    }

    public function get_s3_path(): string
    {
        return "s3://$this->bucket";
    }

    public function get_s3_bucket(): string
    {
        return explode('/', $this->bucket)[0];
    }

    public function get_s3_bucket_region(): ?string
    {
        return $this->region;
    }

    /** The edge's URL for the site's own bucket; S3's for others. */
    public function get_s3_url(): string
    {
        if ((string) $this->bucket_url !== '') {
            return (string) $this->bucket_url;
        }
        $own = S3Uploads::ownUrl($this->bucket);
        if ($own !== null) {
            return $own;
        }
        [$bucket, $path] = array_pad(explode('/', $this->bucket, 2), 2, '');
        $url = "https://$bucket.s3.amazonaws.com" . ($path === '' ? '' : "/$path");
        return (string) apply_filters('s3_uploads_bucket_url', $url);
    }

    /**
     * @param array<string, mixed> $dirs of wp_upload_dir()
     * @return array<string, mixed>
     */
    public function filter_upload_dir(array $dirs): array
    {
        if (S3Path::isS3($dirs['basedir'])) {
            return $dirs;
        }
        $this->original_upload_dir = $dirs;
        foreach (['path', 'basedir'] as $name) {
            $dirs[$name] = str_replace(WP_CONTENT_DIR, $this->get_s3_path(), (string) $dirs[$name]);
        }
        if (!S3Uploads::keepsUrls()) {
            $dirs['url'] = str_replace($this->get_s3_path(), $this->get_s3_url(), $dirs['path']);
            $dirs['baseurl'] = str_replace($this->get_s3_path(), $this->get_s3_url(), $dirs['basedir']);
        }
        return $dirs;
    }

    /** @return array<string, mixed> */
    public function get_original_upload_dir(): array
    {
        return S3Uploads::originalDirectory() ?? $this->original_upload_dir ?? wp_upload_dir();
    }

    /** @return array{bucket: string, key: string, query: ?string}|null */
    public function get_s3_location_for_url(string $url): ?array
    {
        $query = wp_parse_url($url, PHP_URL_QUERY);
        $canonical = 'https://' . $this->get_s3_bucket() . '.s3.amazonaws.com/';
        if (str_starts_with($url, $canonical)) {
            $key = ltrim((string) wp_parse_url($url, PHP_URL_PATH), '/');
            return ['bucket' => $this->get_s3_bucket(), 'key' => $key, 'query' => $query];
        }
        $uploads = wp_upload_dir();
        if (!str_starts_with($url, $uploads['baseurl'])) {
            return null;
        }
        $path = $uploads['basedir'] . substr((string) strtok($url, '?'), strlen($uploads['baseurl']));
        $location = $this->get_s3_location_for_path($path);
        return $location === null ? null : $location + ['query' => $query];
    }

    /** @return array{bucket: string, key: string}|null */
    public function get_s3_location_for_path(string $path): ?array
    {
        try {
            $location = S3Path::isS3($path) ? S3Path::parse($path) : null;
        } catch (AgentException) {
            return null;
        }
        return $location === null || $location->key === ''
            ? null
            : ['bucket' => $location->bucket, 'key' => $location->key];
    }

    /** The client of the SDK that the filter `s3_uploads_aws_sdk` returns. */
    public function s3(): object
    {
        return $this->get_aws_sdk()->createS3();
    }

    /** @throws \RuntimeException if no filter returns an SDK */
    public function get_aws_sdk(): object
    {
        $sdk = apply_filters('s3_uploads_aws_sdk', null, $this);
        return is_object($sdk) ? $sdk : throw new \RuntimeException(
            'aloft: there is no S3 client in PHP, which has no credentials: use the s3:// path with PHP\'s own '
                . 'functions, or bring an SDK by the filter s3_uploads_aws_sdk',
        );
    }

    /**
     * @param array<string> $editors
     * @return array<string>
     */
    public function filter_editors(array $editors): array
    {
        $others = array_diff($editors, ['WP_Image_Editor_Imagick', ImagickEditor::class]);
        return [ImagickEditor::class, ...$others];
    }

    /** Deletes all files of an attachment. WordPress does the same by itself. */
    public function delete_attachment_files(int $post_id): void
    {
        array_map(wp_delete_file(...), AttachmentFiles::of($post_id));
    }

    /**
     * Returns the file unchanged: sideloading needs no detour.
     *
     * @param array<string, mixed> $file
     * @return array<string, mixed>
     */
    public function filter_sideload_move_temp_file_to_s3(array $file): array
    {
        return $file;
    }

    /**
     * @param array<string, mixed> $metadata
     * @return array<string, mixed>
     */
    public function set_filesize_in_attachment_meta(array $metadata, int $attachment_id): array
    {
        $file = get_attached_file($attachment_id);
        if (!isset($metadata['filesize']) && is_string($file) && is_file($file)) {
            $metadata['filesize'] = filesize($file);
        }
        return $metadata;
    }

    /** Returns the metadata unchanged: WordPress reads EXIF data from s3:// itself. */
    public function wp_filter_read_image_metadata(mixed $meta, string $file): mixed
    {
        return $meta;
    }

    /**
     * Returns the hints unchanged: Aloft adds its own.
     *
     * @param array<mixed> $hints
     * @return array<mixed>
     */
    public function wp_filter_resource_hints(array $hints, string $relation_type): array
    {
        return $hints;
    }

    /** A local copy, which the caller deletes. */
    public function copy_image_from_s3(string $file): string
    {
        require_once ABSPATH . 'wp-admin/includes/file.php';
        $copy = wp_tempnam($file);
        copy($file, $copy);
        return $copy;
    }

    public function is_private_attachment(int $attachment_id): bool
    {
        return $this->media()?->isPrivate($attachment_id) ?? false;
    }

    /** Marks the files. There are no ACLs: the edge serves "private" files by signed URLs only. */
    public function set_attachment_files_acl(int $attachment_id, string $acl): ?\WP_Error
    {
        $errors = $this->media()?->setAcl($attachment_id, $acl) ?? ['Aloft knows no bucket'];
        return $errors === [] ? null : new \WP_Error('aloft', implode('; ', $errors));
    }

    /** @return list<string> paths */
    public static function get_attachment_files(int $attachment_id): array
    {
        return AttachmentFiles::of($attachment_id);
    }

    public function add_s3_signed_params_to_attachment_url(string $url, int $post_id): string
    {
        $signed = S3Uploads::privateUrls()?->signUrl($url, $post_id);
        return is_string($signed) ? $signed : $url;
    }

    public function add_s3_signed_params_to_attachment_image_src(mixed $image, mixed $post_id): mixed
    {
        return S3Uploads::privateUrls()?->signImage($image, $post_id) ?? $image;
    }

    /**
     * @param array<int, array<string, mixed>> $sources
     * @param array<int, int>                  $sizes
     * @param array<string, mixed>             $meta
     * @return array<int, array<string, mixed>>
     */
    public function add_s3_signed_params_to_attachment_image_srcset(
        array $sources,
        array $sizes,
        string $src,
        array $meta,
        int $post_id,
    ): array {
        return S3Uploads::privateUrls()?->signSources($sources, $sizes, $src, $meta, $post_id) ?: $sources;
    }

    /**
     * @param array<string, mixed> $metadata
     * @return array<string, mixed>
     */
    public function set_attachment_private_on_generate_attachment_metadata(array $metadata, int $attachment_id): array
    {
        if ($this->is_private_attachment($attachment_id)) {
            $this->set_attachment_files_acl($attachment_id, 'private');
        }
        return $metadata;
    }

    /**
     * @param ?array<string> $files
     * @return array<string>
     */
    public function get_files_for_unique_filename_file_list(?array $files, string $dir, string $filename): array
    {
        return @scandir(trailingslashit($dir) . pathinfo($filename, PATHINFO_FILENAME) . '*') ?: [];
    }

    private function media(): ?PrivateMedia
    {
        return S3Uploads::privateMedia();
    }
}
