<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Attachments that only some people may see: their files are marked, so that the edge serves them to nobody without a
 * signed URL, and the URLs that WordPress makes for them are signed.
 *
 * An attachment is private when its flag says so, which editors find among its fields, or when a filter of
 * S3-Uploads does. Signatures expire, so they are taken out of what is saved, and put in where it is shown.
 */
final class PrivateMedia
{
    public const FLAG = '_aloft_private';

    /** The option that is "1" from the first attachment on that was flagged. */
    public const SEEN = 'aloft_has_private_media';

    private const LIFETIME = '+6 hours';
    private const MIN_SECONDS = 60;
    private const MAX_SECONDS = 2592000;

    public function __construct(private readonly Files $files, private readonly SignedUrls $signer)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_get_attachment_url', $this->signUrl(...), 10, 2);
        $hooks->add('wp_get_attachment_image_src', $this->signImage(...), 10, 2);
        $hooks->add('wp_calculate_image_srcset', $this->signSources(...), 10, 5);
        $hooks->add('wp_prepare_attachment_for_js', $this->signSizes(...), 10, 2);
        $hooks->add('wp_insert_post_data', $this->unsignSaved(...));
        $hooks->add('wp_generate_attachment_metadata', $this->markAll(...), PHP_INT_MAX, 2);
        $hooks->add('wp_update_attachment_metadata', $this->markNew(...), PHP_INT_MAX, 2);
        $hooks->add('wp_edited_image_metadata', $this->inherit(...), 10, 3);
        foreach (['added_post_meta', 'updated_post_meta', 'deleted_post_meta'] as $action) {
            $hooks->add($action, $this->flagged(...), 10, 3);
        }
    }

    /** A filter of S3-Uploads has the last word. */
    public function isPrivate(int $attachment): bool
    {
        $flagged = get_post_meta($attachment, self::FLAG, true) === '1';
        return (bool) apply_filters('s3_uploads_is_attachment_private', $flagged, $attachment);
    }

    /** Whether any attachment was ever made private here, by its flag, or a plugin decides. */
    public function mayBePrivate(): bool
    {
        return has_filter('s3_uploads_is_attachment_private') || get_option(self::SEEN) === '1';
    }

    /** Makes the files of an attachment private that a filter of S3-Uploads calls so, as soon as it can be asked. */
    public function markKnown(int $attachment): void
    {
        if (has_filter('s3_uploads_is_attachment_private') && $this->isPrivate($attachment)) {
            $this->report($this->markFiles($attachment, true));
        }
    }

    /** Signs a URL of an attachment when that is private. */
    public function signUrl(mixed $url, mixed $attachment): mixed
    {
        if (!is_string($url) || (int) $attachment <= 0 || !$this->isPrivate((int) $attachment)) {
            return $url;
        }
        return $this->signed([$url], (int) $attachment)[$url];
    }

    /** @param array<int, mixed>|false $image URL, width, height, whether it is resized */
    public function signImage(mixed $image, mixed $attachment): mixed
    {
        if (is_array($image) && is_string($image[0] ?? null)) {
            $image[0] = $this->signUrl($image[0], $attachment);
        }
        return $image;
    }

    /**
     * @param array<int, array{url: string, descriptor: string, value: int}>|false $sources
     * @param array<int, int>                                                      $size
     */
    public function signSources(mixed $sources, mixed $size, mixed $src, mixed $meta, mixed $attachment): mixed
    {
        if (!is_array($sources) || (int) $attachment <= 0 || !$this->isPrivate((int) $attachment)) {
            return $sources;
        }
        $signed = $this->signed(array_values(array_column($sources, 'url')), (int) $attachment);
        return array_map(static fn (array $s): array => ['url' => $signed[$s['url']] ?? $s['url']] + $s, $sources);
    }

    /**
     * What the media library's grid and dialogs show.
     *
     * @param array<string, mixed> $response
     */
    public function signSizes(mixed $response, \WP_Post $attachment): mixed
    {
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

    /** Makes all files of an attachment private, or public again. @return list<string> what could not be done */
    public function markFiles(int $attachment, bool $isPrivate): array
    {
        return $this->mark(AttachmentFiles::of($attachment), $isPrivate);
    }

    /**
     * Those that this request wrote as private ones are so already.
     *
     * @param array<string> $files
     * @return list<string> what could not be done
     */
    private function mark(array $files, bool $isPrivate): array
    {
        $directories = [];
        foreach (array_filter($files, S3Path::isS3(...)) as $file) {
            $path = S3Path::parse($file);
            if ($isPrivate && $this->files->isKnownPrivate($path)) {
                continue;
            }
            $directories[(string) $path->parent()][] = $path->name();
        }
        $errors = [];
        foreach ($directories as $directory => $names) {
            try {
                $failed = $this->files->makePrivate(S3Path::parse($directory), $names, $isPrivate);
                $errors = [...$errors, ...$failed];
            } catch (Refused $refusal) {
                $errors[] = $refusal->getMessage();
            }
        }
        return $errors;
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

    /** A filter of S3-Uploads says how long, in the words of strtotime(). */
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

    /** All files are made; one that was written over an older one has lost its mark. */
    private function markAll(mixed $meta, int $attachment): mixed
    {
        if (is_array($meta) && $this->isPrivate($attachment)) {
            $this->report($this->mark(AttachmentFiles::of($attachment, $meta), true));
        }
        return $meta;
    }

    /** As each of them is made. */
    private function markNew(mixed $meta, int $attachment): mixed
    {
        if (is_array($meta) && $this->isPrivate($attachment)) {
            $new = array_diff(AttachmentFiles::of($attachment, $meta), AttachmentFiles::of($attachment));
            $this->report($this->mark($new, true));
        }
        return $meta;
    }

    /** A copy that is made by editing is as private as its original. */
    private function inherit(mixed $meta, int $copy, int $original): mixed
    {
        if ($this->isPrivate($original)) {
            update_post_meta($copy, self::FLAG, '1');
        }
        return $meta;
    }

    private function flagged(mixed $ids, int|string $attachment, string $key): void
    {
        if ($key === self::FLAG) {
            update_option(self::SEEN, '1');
            $this->report($this->markFiles((int) $attachment, $this->isPrivate((int) $attachment)));
        }
    }

    /** @param list<string> $errors */
    private function report(array $errors): void
    {
        foreach ($errors as $error) {
            trigger_error("aloft: cannot change who may see a file: $error", E_USER_WARNING);
        }
    }
}
