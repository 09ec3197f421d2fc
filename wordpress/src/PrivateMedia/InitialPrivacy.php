<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Files\S3Path;
use Aloft\Files\WritePrivacy;
use Aloft\Uploads\Hooks;

/**
 * Decides for each file before it is written whether it is private, so that it is never stored as public first: sizes,
 * edited versions and companions of a private attachment, and writes over its files.
 *
 * A received file has no attachment yet. It is private if the site makes all uploads private (`ALOFT_PRIVATE_UPLOADS`),
 * or the filter `aloft_new_upload_is_private` returns true. The attachment that is then created from it is flagged.
 */
final class InitialPrivacy implements WritePrivacy
{
    private const REQUEST = '~^/wp/v2/media/(\d+)/(edit|sideload)$~i';

    /** @var array<string, bool> decisions for files without an attachment, by path */
    private array $new = [];

    /** The attachment that the REST API makes an edited copy of, or adds a file to. */
    private ?int $original = null;

    /** True if the next new name is for a file of that attachment: a size or companion that a browser has made. */
    private bool $isAdded = false;

    /** True if the next new name is for a document's preview picture, which belongs to the document. */
    private bool $isPreview = false;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly AttachmentsByFile $attachments,
        private readonly bool $areAll,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('rest_request_before_callbacks', $this->noteOriginal(...), 10, 3);
        $hooks->add('rest_request_after_callbacks', $this->forgetOriginal(...));
        $hooks->add('fallback_intermediate_image_sizes', $this->expectPreview(...), PHP_INT_MAX);
        $hooks->add('wp_generate_attachment_metadata', $this->forgetPreview(...), PHP_INT_MIN);
        $hooks->add('wp_unique_filename', $this->decide(...), PHP_INT_MAX, 3);
        $hooks->add('wp_save_image_editor_file', $this->inherit(...), PHP_INT_MIN, 5);
        $hooks->add('add_attachment', $this->flag(...), PHP_INT_MIN);
    }

    public function isPrivate(S3Path $path): bool
    {
        $decided = $this->new[(string) $path] ?? null;
        if ($decided !== null || !$this->media->mayBePrivate()) {
            return $decided ?? false;
        }
        $attachment = $this->attachments->ofPath($path);
        return $attachment !== null && $this->media->isPrivate($attachment);
    }

    public function follow(S3Path $from, S3Path $to): void
    {
        if (isset($this->new[(string) $from])) {
            $this->new[(string) $to] = $this->new[(string) $from];
        }
    }

    private function noteOriginal(mixed $response, mixed $handler, \WP_REST_Request $request): mixed
    {
        $isFor = preg_match(self::REQUEST, $request->get_route(), $match) === 1;
        $this->original = $isFor ? (int) $match[1] : null;
        $this->isAdded = $isFor && strcasecmp($match[2], 'sideload') === 0;
        return $response;
    }

    private function forgetOriginal(mixed $response): mixed
    {
        $this->original = null;
        $this->isAdded = false;
        return $response;
    }

    private function expectPreview(mixed $sizes): mixed
    {
        $this->isPreview = true;
        return $sizes;
    }

    private function forgetPreview(mixed $meta): mixed
    {
        $this->isPreview = false;
        return $meta;
    }

    /** Decides for a new file, when WordPress has chosen its name. */
    private function decide(string $filename, string $extension, string $directory): string
    {
        if (S3Path::isS3($directory) && !$this->isPreview) {
            $path = (string) S3Path::parse("$directory/$filename");
            $isOriginalPrivate = $this->original !== null && $this->media->isPrivate($this->original);
            $this->new[$path] = $this->isAdded
                ? $isOriginalPrivate
                : (bool) apply_filters('aloft_new_upload_is_private', $this->areAll || $isOriginalPrivate, $path);
        }
        return $filename;
    }

    /** Decides for a picture that the media library's editor is about to save. */
    private function inherit(mixed $saved, mixed $filename, mixed $image, mixed $type, mixed $attachment): mixed
    {
        if (S3Path::isS3($filename) && $this->media->isPrivate((int) $attachment)) {
            $this->new[(string) S3Path::parse($filename)] = true;
        }
        return $saved;
    }

    /** Flags a new attachment of a private file, as soon as WordPress has assigned the file. */
    private function flag(int|string $attachment): void
    {
        $file = get_attached_file((int) $attachment);
        if (!S3Path::isS3($file)) {
            return;
        }
        $path = (string) S3Path::parse($file);
        $isNewPrivate = $this->new[$path] ?? false;
        unset($this->new[$path]);
        if ($isNewPrivate) {
            update_post_meta((int) $attachment, PrivateMedia::FLAG, '1');
        } else {
            $this->media->markKnown((int) $attachment);
        }
    }
}
