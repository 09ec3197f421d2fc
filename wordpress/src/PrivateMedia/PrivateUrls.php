<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Signs the URLs of private attachments for viewers who may read them. For other viewers they have no URL; cron and
 * WP-CLI get unsigned URLs. Signatures expire, so they are removed from what is saved.
 */
final class PrivateUrls
{
    private const LIFETIME = '+6 hours';
    private const MIN_SECONDS = 60;
    private const MAX_SECONDS = 2592000;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly PrivateReaders $readers,
        private readonly SignedUrls $signer,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_get_attachment_url', $this->signUrl(...), 10, 2);
        $hooks->add('wp_get_original_image_url', $this->signUrl(...), 10, 2);
        $hooks->add('wp_get_attachment_image_src', $this->signImage(...), 10, 4);
        $hooks->add('image_get_intermediate_size', $this->signSize(...), 10, 2);
        $hooks->add('wp_calculate_image_srcset', $this->signSources(...), 10, 5);
        $hooks->add('wp_prepare_attachment_for_js', $this->signSizes(...), 10, 2);
        $hooks->add('wp_insert_post_data', $this->unsignSaved(...));
    }

    /** The URL for this viewer; false if the viewer may not read it. */
    public function signUrl(mixed $url, mixed $attachment): mixed
    {
        return is_string($url) && (int) $attachment > 0 ? $this->signFile($url, [(int) $attachment]) : $url;
    }

    /**
     * The URL of a file that may belong to any of these attachments; false if the viewer may not read all of them.
     *
     * @param list<int> $attachments
     */
    public function signFile(string $url, array $attachments): string|false
    {
        $private = array_values(array_filter($attachments, $this->media->isPrivate(...)));
        foreach ($private as $attachment) {
            if (!$this->readers->may($attachment)) {
                return PrivateReaders::isSystem() ? $url : false;
            }
        }
        return $private === [] ? $url : $this->signed([$url], $private[0])[$url];
    }

    /**
     * @param array<int, mixed>|false $image  URL, width, height, resized or not
     * @param bool                    $isIcon true if a file without a picture, or no file, has an icon
     */
    public function signImage(mixed $image, mixed $attachment, mixed $size = '', mixed $isIcon = false): mixed
    {
        if (!is_array($image) || !is_string($image[0] ?? null)) {
            return $image;
        }
        $image[0] = $this->signUrl($image[0], $attachment);
        if ($image[0] !== false) {
            return $image;
        }
        return $isIcon ? wp_get_attachment_image_src(0, $size, true) : false;
    }

    /**
     * @param array<int, array{url: string, descriptor: string, value: int}>|false $sources
     * @param array<int, int>                                                      $size
     */
    public function signSources(mixed $sources, mixed $size, mixed $src, mixed $meta, mixed $attachment): mixed
    {
        if (!is_array($sources) || (int) $attachment <= 0 || !$this->media->isPrivate((int) $attachment)) {
            return $sources;
        }
        if (!$this->readers->may((int) $attachment)) {
            return PrivateReaders::isSystem() ? $sources : false;
        }
        $signed = $this->signed(array_values(array_column($sources, 'url')), (int) $attachment);
        return array_map(static fn (array $s): array => ['url' => $signed[$s['url']] ?? $s['url']] + $s, $sources);
    }

    /** A size, in the form of the metadata. */
    private function signSize(mixed $data, mixed $attachment): mixed
    {
        if (!is_array($data) || !is_string($data['url'] ?? null)) {
            return $data;
        }
        $data['url'] = $this->signUrl($data['url'], $attachment);
        return $data['url'] === false ? false : $data;
    }

    /**
     * Signs the response that the media library's grid and dialogs show.
     *
     * @param array<string, mixed> $response
     */
    private function signSizes(mixed $response, \WP_Post $attachment): mixed
    {
        if ($this->readers->isClosed($attachment->ID)) {
            return null;
        }
        if (is_array($response) && is_array($response['sizes'] ?? null)) {
            foreach ($response['sizes'] as $name => $size) {
                $response['sizes'][$name]['url'] = $this->signUrl($size['url'], $attachment->ID);
            }
        }
        if (is_array($response) && isset($response['originalImageURL'])) {
            $response['originalImageURL'] = $this->signUrl($response['originalImageURL'], $attachment->ID);
        }
        return $response;
    }

    /**
     * @param list<string> $urls
     * @return array<string, string>
     */
    private function signed(array $urls, int $attachment): array
    {
        $signed = $this->signer->sign($urls, self::lifetime($attachment));
        if (!has_filter('s3_uploads_presigned_url')) {
            return $signed;
        }
        return array_map(
            static fn (string $url): string => (string) apply_filters('s3_uploads_presigned_url', $url, $attachment),
            $signed,
        );
    }

    /** Lifetime of a signature. A filter of S3-Uploads returns it in the format of strtotime(). */
    private static function lifetime(int $attachment): int
    {
        $words = apply_filters('s3_uploads_private_attachment_url_expiry', self::LIFETIME, $attachment);
        $now = time();
        $end = is_numeric($words) ? (int) $words : (int) strtotime((string) $words, $now);
        return min(self::MAX_SECONDS, max(self::MIN_SECONDS, $end - $now));
    }

    /**
     * @param array<string, mixed> $data slashed
     * @return array<string, mixed>
     */
    private function unsignSaved(array $data): array
    {
        foreach (['post_content', 'post_excerpt'] as $field) {
            $data[$field] = SignedUrls::without((string) ($data[$field] ?? ''));
        }
        return $data;
    }
}
