<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Uploads\AttachmentFiles;
use Aloft\Uploads\Hooks;

/**
 * Decides which attachments are private, and marks their files, so that the edge serves them by signed URLs only.
 *
 * An attachment is private when its flag says so, which editors find among its fields, or when a filter of
 * S3-Uploads does. Who may read one is up to {@see PrivateReaders}.
 */
final class PrivateMedia
{
    public const FLAG = '_aloft_private';

    /** The option that is "1" from the first attachment on that was flagged. */
    public const SEEN = 'aloft_has_private_media';

    /** Since when an attachment is private, in seconds since 1970: the SQL of {@see PrivateQueries} asks for it. */
    public const SINCE = '_aloft_private_since';

    /** When an attachment was made, where its date says something else. */
    public const MADE = '_aloft_made';
    private const MAX_CLOCK_SECONDS = 5;

    /** @var list<string> what could not be marked when a flag was last changed */
    private array $failed = [];

    public function __construct(private readonly Files $files)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('add_attachment', $this->noteDate(...), PHP_INT_MIN);
        $hooks->add('attachment_updated', $this->keepDate(...), PHP_INT_MIN, 3);
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

    /** Makes an attachment private, or public again, and its files with it. @return list<string> what failed */
    public function set(int $attachment, bool $isPrivate): array
    {
        if ($this->isPrivate($attachment) === $isPrivate) {
            return $this->markFiles($attachment, $isPrivate);
        }
        $this->failed = [];
        if ($isPrivate) {
            update_post_meta($attachment, self::FLAG, '1');
        } else {
            delete_post_meta($attachment, self::FLAG);
        }
        return $this->isPrivate($attachment) === $isPrivate
            ? $this->failed
            : ['a filter on s3_uploads_is_attachment_private says otherwise'];
    }

    /**
     * The same by the words of S3-Uploads, whose action follows.
     *
     * @return list<string> what failed
     */
    public function setAcl(int $attachment, string $acl): array
    {
        $errors = AttachmentFiles::of($attachment) === []
            ? ["attachment $attachment has no file"]
            : $this->set($attachment, $acl === 'private');
        if ($errors === []) {
            do_action('s3_uploads_set_attachment_files_acl', $attachment, $acl);
        }
        return $errors;
    }

    /**
     * Whether an attachment that is private now was public at a moment, so that everybody might have read it then.
     *
     * @param int $moment in seconds since 1970
     */
    public function wasPublic(int $attachment, int $moment): bool
    {
        $since = (int) get_post_meta($attachment, self::SINCE, true);
        $made = (int) get_post_meta($attachment, self::MADE, true) ?: self::moment(get_post($attachment), 'date');
        return $made > 0 && $made < $moment && $moment <= $since;
    }

    /** Marks all files of an attachment, or takes the mark away. @return list<string> what could not be done */
    public function markFiles(int $attachment, bool $isPrivate): array
    {
        if (!$isPrivate) {
            delete_post_meta($attachment, self::SINCE);
        } elseif (get_post_meta($attachment, self::SINCE, true) === '') {
            update_post_meta($attachment, self::SINCE, (string) time());
        }
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
            } catch (AgentException $refusal) {
                $errors[] = $refusal->getMessage();
            }
        }
        return $errors;
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

    /** When a post was made or saved, in seconds since 1970; 0 where nobody knows. */
    public static function moment(?\WP_Post $post, string $field): int
    {
        $time = $post === null
            ? false
            : (get_post_datetime($post, $field, 'gmt') ?: get_post_datetime($post, $field));
        return $time === false ? 0 : $time->getTimestamp();
    }

    /** An import gives an attachment the date that it had elsewhere, where it was not here yet. */
    private function noteDate(int|string $attachment): void
    {
        if (abs(self::moment(get_post((int) $attachment), 'date') - time()) > self::MAX_CLOCK_SECONDS) {
            update_post_meta((int) $attachment, self::MADE, (string) time());
        }
    }

    /** Who gives an attachment another date does not change when it was made. */
    private function keepDate(int|string $attachment, \WP_Post $after, \WP_Post $before): void
    {
        $made = self::moment($before, 'date');
        if ($made !== self::moment($after, 'date') && get_post_meta((int) $attachment, self::MADE, true) === '') {
            update_post_meta((int) $attachment, self::MADE, (string) ($made ?: time()));
        }
    }

    /** @param list<string> $errors */
    private function report(array $errors): void
    {
        $this->failed = $errors;
        foreach ($errors as $error) {
            trigger_error("aloft: cannot change who may see a file: $error", E_USER_WARNING);
        }
    }
}
