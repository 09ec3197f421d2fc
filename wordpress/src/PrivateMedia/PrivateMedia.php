<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Uploads\AttachmentFiles;
use Aloft\Uploads\Database;
use Aloft\Uploads\Hooks;

/**
 * Determines which attachments are private, and marks their files, so that the edge serves them by signed URLs only.
 *
 * An attachment is private if its flag is set, which editors find among its fields, or if a filter of S3-Uploads
 * returns true. {@see PrivateReaders} determines who may read it.
 */
final class PrivateMedia
{
    public const FLAG = '_aloft_private';

    /** Option that is "1" once any attachment was flagged. */
    public const SEEN = 'aloft_has_private_media';

    /** Time at which an attachment became private, in seconds since 1970; used in the SQL of {@see PrivateQueries}. */
    public const SINCE = '_aloft_private_since';

    /** Time at which an attachment was created, if its date differs. */
    public const MADE = '_aloft_made';
    private const MAX_CLOCK_SECONDS = 5;

    /** @var array<int, list<string>> errors from marking files at the last change of a flag, by attachment */
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

    /** True if the flag is set, or the database does not tell. A filter of S3-Uploads may override it. */
    public function isPrivate(int $attachment): bool
    {
        $failures = Database::failures();
        $flagged = get_post_meta($attachment, self::FLAG, true) === '1';
        if (Database::failures() > $failures) {
            wp_cache_delete($attachment, 'post_meta'); // WordPress has cached that there is none
            $flagged = true;
        }
        return (bool) apply_filters('s3_uploads_is_attachment_private', $flagged, $attachment);
    }

    /** The number of flagged attachments of the current site. */
    public function count(): int
    {
        global $wpdb;
        return $this->mayBePrivate() ? (int) $wpdb->get_var($wpdb->prepare(
            "SELECT COUNT(*) FROM $wpdb->postmeta WHERE meta_key = %s AND meta_value = '1'",
            self::FLAG,
        )) : 0;
    }

    /** True if an attachment was ever flagged here, or a plugin decides. */
    public function mayBePrivate(): bool
    {
        return has_filter('s3_uploads_is_attachment_private') || get_option(self::SEEN) === '1';
    }

    /**
     * Marks the files of an attachment that a filter of S3-Uploads makes private, as soon as the filter can be called.
     */
    public function markKnown(int $attachment): void
    {
        if (has_filter('s3_uploads_is_attachment_private') && $this->isPrivate($attachment)) {
            $this->report($attachment, $this->markFiles($attachment, true));
        }
    }

    /** Makes an attachment and its files private or public. @return list<string> errors */
    public function set(int $attachment, bool $isPrivate): array
    {
        if ($this->isPrivate($attachment) === $isPrivate) {
            return $this->markFiles($attachment, $isPrivate);
        }
        unset($this->failed[$attachment]);
        if ($isPrivate) {
            update_post_meta($attachment, self::FLAG, '1');
        } else {
            delete_post_meta($attachment, self::FLAG);
        }
        return $this->isPrivate($attachment) === $isPrivate
            ? $this->failed[$attachment] ?? []
            : ['a filter on s3_uploads_is_attachment_private overrides it'];
    }

    /**
     * Does the same with an ACL name of S3-Uploads, and calls its action.
     *
     * @return list<string> errors
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
     * True if an attachment that is private now was public at a moment, so that everyone could read it. False in the
     * seconds in which it was made and marked, of which the order is not known.
     *
     * @param int $moment in seconds since 1970
     */
    public function wasPublic(int $attachment, int $moment): bool
    {
        $since = (int) get_post_meta($attachment, self::SINCE, true);
        $made = (int) get_post_meta($attachment, self::MADE, true) ?: self::moment(get_post($attachment), 'date');
        return $made > 0 && $made < $moment && $moment < $since;
    }

    /** Marks all files of an attachment as private, or removes the mark. @return list<string> errors */
    public function markFiles(int $attachment, bool $isPrivate): array
    {
        if (!$isPrivate) {
            delete_post_meta($attachment, self::SINCE);
        } elseif (get_post_meta($attachment, self::SINCE, true) === '') {
            add_post_meta($attachment, self::SINCE, (string) time(), true);
        }
        try {
            $files = Database::read(static fn (): array => AttachmentFiles::of($attachment));
        } catch (\RuntimeException $failure) {
            wp_cache_delete($attachment, 'post_meta');
            return ["files of attachment $attachment: {$failure->getMessage()}"];
        }
        return $this->mark($files, $isPrivate);
    }

    /**
     * Marks files, except those that this request wrote as private.
     *
     * @param array<string> $files
     * @return list<string> errors
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

    /** Marks all files once they exist: writing over a file removes its mark. */
    private function markAll(mixed $meta, int $attachment): mixed
    {
        if (is_array($meta) && $this->isPrivate($attachment)) {
            $this->report($attachment, $this->mark(AttachmentFiles::of($attachment, $meta), true));
        }
        return $meta;
    }

    /** Marks each new file. */
    private function markNew(mixed $meta, int $attachment): mixed
    {
        if (is_array($meta) && $this->isPrivate($attachment)) {
            $new = array_diff(AttachmentFiles::of($attachment, $meta), AttachmentFiles::of($attachment));
            $this->report($attachment, $this->mark($new, true));
        }
        return $meta;
    }

    /** Gives an edited copy the privacy of its original. */
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
            $attachment = (int) $attachment;
            $this->report($attachment, $this->markFiles($attachment, $this->isPrivate($attachment)));
        }
    }

    /** Time at which a post was created or saved, in seconds since 1970; 0 if unknown. */
    public static function moment(?\WP_Post $post, string $field): int
    {
        $time = $post === null
            ? false
            : (get_post_datetime($post, $field, 'gmt') ?: get_post_datetime($post, $field));
        return $time === false ? 0 : $time->getTimestamp();
    }

    /** Records the creation time of an import, whose date is that of the source site. */
    private function noteDate(int|string $attachment): void
    {
        if (abs(self::moment(get_post((int) $attachment), 'date') - time()) > self::MAX_CLOCK_SECONDS) {
            update_post_meta((int) $attachment, self::MADE, (string) time());
        }
    }

    /** Keeps the creation time when the date is edited. */
    private function keepDate(int|string $attachment, \WP_Post $after, \WP_Post $before): void
    {
        $made = self::moment($before, 'date');
        if ($made !== self::moment($after, 'date') && get_post_meta((int) $attachment, self::MADE, true) === '') {
            update_post_meta((int) $attachment, self::MADE, (string) ($made ?: time()));
        }
    }

    /** @param list<string> $errors */
    private function report(int $attachment, array $errors): void
    {
        unset($this->failed[$attachment]);
        if ($errors !== []) {
            $this->failed[$attachment] = $errors;
        }
        foreach ($errors as $error) {
            trigger_error("aloft: cannot change who may see a file: $error", E_USER_WARNING);
        }
    }
}
