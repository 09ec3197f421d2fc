<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
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
 * attachment of a private file is flagged, also if another program wrote the file.
 */
final class InitialPrivacy implements WritePrivacy
{
    private const REQUEST = '~^/wp/v2/media/(\d+)/(edit|sideload)$~i';
    private const PREVIEW = '/-pdf(?:-\d+)?\.jpg$/i';

    /** @var array<string, true> new files that are private, by path */
    private array $new = [];

    private readonly RestRequests $requests;

    public function __construct(
        private readonly Files $files,
        private readonly PrivateMedia $media,
        private readonly AttachmentsByFile $attachments,
        private readonly bool $areAll,
    ) {
        $this->requests = new RestRequests();
    }

    public function register(Hooks $hooks): void
    {
        $this->requests->register($hooks);
        $hooks->add('wp_unique_filename', $this->decide(...), PHP_INT_MAX, 3);
        $hooks->add('wp_save_image_editor_file', $this->inherit(...), PHP_INT_MIN, 5);
        $hooks->add('added_post_meta', function (mixed $meta, int|string $attachment, string $key): void {
            $key !== '_wp_attached_file' || $this->flag((int) $attachment);
        }, PHP_INT_MIN, 3);
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

    /** True if WordPress names the preview picture of a document, which belongs to the document. */
    private function isPreview(S3Path $path): bool
    {
        $functions = array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function');
        $naming = (int) array_search('wp_unique_filename', $functions, true);
        return ($functions[$naming + 1] ?? '') === 'wp_generate_attachment_metadata'
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
    private function flag(int $attachment): void
    {
        $file = get_attached_file($attachment);
        if (!S3Path::isS3($file)) {
            return;
        }
        $path = S3Path::parse($file);
        $isNewPrivate = isset($this->new[(string) $path]) || $this->isStoredPrivate($path);
        unset($this->new[(string) $path]);
        if ($isNewPrivate) {
            update_post_meta($attachment, PrivateMedia::FLAG, '1');
        } else {
            $this->media->markKnown($attachment);
        }
    }

    /** Asks the agent about a file that another request wrote. Private if it does not tell. */
    private function isStoredPrivate(S3Path $path): bool
    {
        if (!$this->areAll && !has_filter('aloft_new_upload_is_private') && !$this->media->mayBePrivate()) {
            return false;
        }
        try {
            return $this->files->isPrivate($path);
        } catch (AgentException $failure) {
            return !in_array($failure->status, [AgentException::NOT_FOUND, AgentException::ELSEWHERE], true);
        }
    }
}
