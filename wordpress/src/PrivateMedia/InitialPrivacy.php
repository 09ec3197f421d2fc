<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\S3Path;
use Aloft\Files\WritePrivacy;
use Aloft\Uploads\Database;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\RestRequests;

/**
 * Decides for each file before it is written whether it is private, so that it is never stored as public first: sizes,
 * edited versions and companions of a private attachment, and writes over its files.
 *
 * A received file has no attachment yet. It is private if the site makes all uploads private (`ALOFT_PRIVATE_UPLOADS`),
 * or the filter `aloft_new_upload_is_private` returns true. Otherwise its name decides: with the name of a size, a
 * conversion or another companion of a private attachment it is private, even if it is an unrelated file. The new
 * attachment of a private file is flagged.
 */
final class InitialPrivacy implements WritePrivacy
{
    private const REQUEST = '~^/wp/v2/media/(\d+)/(edit|sideload)$~i';
    private const PREVIEW = '/-pdf(?:-\d+)?\.jpg$/i';

    /** @var array<string, true> new files that are private, by path */
    private array $new = [];

    private readonly RestRequests $requests;

    /** True if WordPress may be about to name a document's preview picture, which belongs to the document. */
    private bool $isPreview = false;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly AttachmentsByFile $attachments,
        private readonly bool $areAll,
    ) {
        $this->requests = new RestRequests();
    }

    public function register(Hooks $hooks): void
    {
        $this->requests->register($hooks);
        $hooks->add('fallback_intermediate_image_sizes', $this->expectPreview(...), PHP_INT_MAX);
        $hooks->add('wp_generate_attachment_metadata', $this->forgetPreview(...), PHP_INT_MIN);
        $hooks->add('wp_unique_filename', $this->decide(...), PHP_INT_MAX, 3);
        $hooks->add('wp_save_image_editor_file', $this->inherit(...), PHP_INT_MIN, 5);
        $hooks->add('add_attachment', $this->flag(...), PHP_INT_MIN);
    }

    public function isPrivate(S3Path $path): bool
    {
        return isset($this->new[(string) $path]) || $this->isOfPrivate($path);
    }

    /** @throws AgentException if the database does not tell, and then the file must not be written */
    private function isOfPrivate(S3Path $path): bool
    {
        try {
            return Database::read(function () use ($path): bool {
                $attachments = $this->media->mayBePrivate() ? $this->attachments->ofPath($path) : [];
                return array_filter($attachments, $this->media->isPrivate(...)) !== [];
            });
        } catch (\RuntimeException $failure) {
            $reason = "it is unknown whether the file is private: {$failure->getMessage()}";
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
    }

    public function follow(S3Path $from, S3Path $to): void
    {
        $this->note($to, isset($this->new[(string) $from]) || $this->isOfPrivate($to));
    }

    private function note(S3Path $path, bool $isPrivate): void
    {
        if ($isPrivate) {
            $this->new[(string) $path] = true;
        } else {
            unset($this->new[(string) $path]);
        }
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

    /** Decides for a new file, when WordPress has chosen its name. Private if the database does not tell. */
    private function decide(string $filename, string $extension, string $directory): string
    {
        if (S3Path::isS3($directory)) {
            $path = S3Path::parse("$directory/$filename");
            $isBornPrivate = !$this->isPreview($path) && $this->isBornPrivate((string) $path);
            try {
                $this->note($path, $isBornPrivate || $this->isOfPrivate($path));
            } catch (AgentException) {
                $this->note($path, true);
            }
        }
        return $filename;
    }

    /** Some answers of the REST API ask for the sizes of a preview and make none. */
    private function isPreview(S3Path $path): bool
    {
        return $this->isPreview
            && preg_match(self::PREVIEW, $path->name()) === 1
            && $this->attachments->ofPath($path) !== [];
    }

    /**
     * The REST API makes an edited copy of an attachment, or adds a file to it: a size or companion that a browser has
     * made. What a plugin stores in requests within that one is as private.
     */
    private function isBornPrivate(string $path): bool
    {
        $kind = '';
        $isForPrivate = false;
        foreach ($this->requests->inProgress() as $request) {
            $kind = preg_match(self::REQUEST, $request->get_route(), $match) === 1 ? strtolower($match[2]) : '';
            $isForPrivate = $isForPrivate || $kind !== '' && $this->media->isPrivate((int) $match[1]);
        }
        return $kind === 'sideload'
            ? $isForPrivate
            : (bool) apply_filters('aloft_new_upload_is_private', $this->areAll || $isForPrivate, $path);
    }

    /** Decides for a picture that the media library's editor is about to save. */
    private function inherit(mixed $saved, mixed $filename, mixed $image, mixed $type, mixed $attachment): mixed
    {
        if (S3Path::isS3($filename) && $this->media->isPrivate((int) $attachment)) {
            $this->note(S3Path::parse($filename), true);
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
        $isNewPrivate = isset($this->new[$path]);
        unset($this->new[$path]);
        if ($isNewPrivate) {
            update_post_meta((int) $attachment, PrivateMedia::FLAG, '1');
        } else {
            $this->media->markKnown((int) $attachment);
        }
    }
}
