<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Database;
use Aloft\Uploads\Hooks;

/**
 * Private attachments that a post shows to its readers: those that a user who could read them put into the text or
 * chose as the featured image. Naming a file or an id grants nothing otherwise.
 *
 * The decision is made when a post is saved, for new references, and is stored with the post and its revisions.
 * Attachments that were public at the last save need no record: everyone could read them. If not all references of a
 * text are known, because they are more than the limits, none in the next version counts as new. If the database fails,
 * what was decided before stays.
 */
final class PlacedMedia
{
    /** Metadata of a post: for each private attachment in its text, true if readers see it. */
    private const META = '_aloft_shows';
    private const THUMBNAIL = '_thumbnail_id';

    /** @var array<string, list<int>> by site and post */
    private array $unrecorded = [];

    /** @var array<int, array<int, bool>> records from before a revision is restored, by post */
    private array $before = [];

    public function __construct(private readonly PrivateMedia $media, private readonly AttachmentsInText $texts)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('post_updated', function (int $id, \WP_Post $new, \WP_Post $old): void {
            $this->record($new, $old);
        }, PHP_INT_MIN, 3);
        $hooks->add('save_post', function (int $id, \WP_Post $post, bool $isUpdate): void {
            $isUpdate || $this->record($post, null);
        }, PHP_INT_MIN, 3);
        foreach (['added_post_meta', 'updated_post_meta'] as $action) {
            $hooks->add($action, $this->recordThumbnail(...), 10, 4);
        }
        $hooks->add('_wp_put_post_revision', $this->copyToRevision(...));
        $hooks->add('wp_restore_post_revision', $this->restore(...), PHP_INT_MAX, 2); // after metadata
        $hooks->add('wxr_export_skip_postmeta', fn (mixed $skip, mixed $key): bool
            => (bool) $skip || in_array($key, [self::META, PrivateMedia::SINCE, PrivateMedia::MADE], true), 10, 2);
    }

    /** @return list<int> ids of attachments */
    public function shownIn(int $post): array
    {
        if (!$this->media->mayBePrivate()) {
            return [];
        }
        $recorded = self::recorded($post);
        $shown = array_keys(array_filter($recorded));
        return [...$shown, ...array_diff($this->unrecorded($post), array_keys($recorded))];
    }

    /**
     * Attachments that were in the post before they became private. An attachment's own text shows nothing: it is never
     * recorded, and authors choose its date.
     *
     * @return list<int>
     */
    private function unrecorded(int $id): array
    {
        $isRecorded = !in_array(get_post_type($id), ['attachment', 'revision'], true);
        return $this->unrecorded[get_current_blog_id() . " $id"]
            ??= $isRecorded ? $this->publicOnes(get_post($id)) : [];
    }

    /** @return list<int> */
    private function publicOnes(?\WP_Post $post): array
    {
        $saved = PrivateMedia::moment($post, 'modified');
        $named = $saved > 0 ? [...$this->named($post)[0], ...$this->children($post)] : [];
        return array_values(array_filter($named, fn (int $id): bool => $this->media->wasPublic($id, $saved)));
    }

    private function record(\WP_Post $post, ?\WP_Post $before): void
    {
        if ($post->post_type === 'revision' || !$this->media->mayBePrivate()) {
            return;
        }
        $failures = Database::failures();
        $recorded = self::recorded($post->ID);
        $isRestored = self::isRestoring();
        if ($isRestored) {
            $this->before[$post->ID] ??= $recorded; // a plugin may save the post once more
        }
        $named = [...$this->named($post)[0], ...$this->children($post)];
        $revision = $isRestored || $before === null || $named === [] ? null : self::sameAgain($post, $before);
        if ($revision !== null) {
            $recorded = self::recorded($revision->ID) + $recorded;
        }
        [$old, $wereShown, $areAll] = [[], [], true];
        foreach (array_filter([$before, $revision]) as $earlier) {
            [$ids, $areAllHere] = $this->named($earlier);
            array_push($old, ...$ids);
            array_push($wereShown, ...$this->publicOnes($earlier));
            $areAll = $areAll && $areAllHere;
        }
        $mayBeNew = !$isRestored && $areAll;
        $shows = [];
        foreach (array_unique($named) as $id) {
            $shows[$id] = $recorded[$id]
                ?? (in_array($id, $wereShown, true)
                    || $mayBeNew && !in_array($id, $old, true) && self::mayPlace($id));
        }
        $this->store($post->ID, $shows, $failures);
    }

    /** Records a featured image that was chosen. {@see restore()} decides about one that comes back with a revision. */
    private function recordThumbnail(mixed $meta, int|string $post, string $key, mixed $value): void
    {
        $id = is_numeric($value) ? (int) $value : 0;
        $failures = Database::failures();
        if ($key === self::THUMBNAIL && $id > 0 && !self::isRevision((int) $post) && $this->media->isPrivate($id)) {
            $recorded = self::recorded((int) $post);
            $this->store((int) $post, $recorded + [$id => !self::isRestoring() && self::mayPlace($id)], $failures);
        }
    }

    /** WordPress writes the metadata of a revision after that of its post, and only copies it. */
    private static function isRevision(int $post): bool
    {
        return get_post_type($post) === 'revision';
    }

    /** Copies the decisions for a text to its revision. */
    private function copyToRevision(int $revision): void
    {
        $failures = Database::failures();
        $shows = self::recorded((int) wp_is_post_revision($revision));
        if ($shows !== self::recorded($revision) && Database::failures() === $failures) {
            update_metadata('post', $revision, self::META, $shows);
        }
    }

    /** Restores the decisions with the text, regardless of the user who restores it. */
    private function restore(int $post, int $revision): void
    {
        $failures = Database::failures();
        $kept = self::recorded($revision);
        $before = $this->before[$post] ?? [];
        unset($this->before[$post]);
        $public = $this->publicOnes(get_post($revision));
        $shows = self::recorded($post);
        foreach (array_keys($shows) as $id) {
            $shows[$id] = $kept[$id] ?? $before[$id] ?? in_array($id, $public, true);
        }
        $this->store($post, $shows, $failures);
        foreach (wp_get_post_revisions($post, ['numberposts' => 1]) as $newest) {
            $this->copyToRevision($newest->ID);
        }
    }

    /**
     * The newest revision whose content or excerpt a post gets again: the block editor restores one by an ordinary
     * change. Users' autosaves of what they then save themselves do not count.
     */
    private static function sameAgain(\WP_Post $post, \WP_Post $before): ?\WP_Post
    {
        $changed = array_filter(
            ['post_content', 'post_excerpt'],
            static fn (string $field): bool => $post->$field !== '' && $post->$field !== $before->$field,
        );
        foreach ($changed === [] ? [] : wp_get_post_revisions($post->ID, ['check_enabled' => false]) as $revision) {
            $isOwnDraft = wp_is_post_autosave($revision->ID) !== false
                && (int) $revision->post_author === get_current_user_id();
            foreach ($isOwnDraft ? [] : $changed as $field) {
                if ($revision->$field === $post->$field) {
                    return $revision;
                }
            }
        }
        return null;
    }

    /** True while WordPress saves a post as one of its revisions, in which nothing is new. */
    private static function isRestoring(): bool
    {
        $functions = array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function');
        return in_array('wp_restore_post_revision', $functions, true);
    }

    /**
     * @param array<int, bool> $shows
     * @param int              $failures of the database before the decisions; after others, nothing is stored
     */
    private function store(int $post, array $shows, int $failures): void
    {
        if (Database::failures() > $failures) {
            wp_cache_delete($post, 'post_meta'); // WordPress has cached that there is none
            return;
        }
        unset($this->unrecorded[get_current_blog_id() . " $post"]);
        if ($shows === []) {
            delete_post_meta($post, self::META);
        } else {
            update_post_meta($post, self::META, $shows);
        }
    }

    /** Decisions of a post; an import may contain invalid ones. @return array<int, bool> */
    private static function recorded(int $post): array
    {
        $shows = get_metadata('post', $post, self::META, true);
        return is_array($shows) ? array_filter($shows, is_int(...), ARRAY_FILTER_USE_KEY) : [];
    }

    private static function mayPlace(int $attachment): bool
    {
        return current_user_can(PrivateReaders::READ, $attachment);
    }

    private static function text(\WP_Post $post): string
    {
        return $post->post_content . "\n" . $post->post_excerpt;
    }

    /**
     * The private attachments in a text, and the featured image.
     *
     * @return array{list<int>, bool} ids; true if these are all
     */
    private function named(\WP_Post $post): array
    {
        $thumbnail = get_post_meta($post->ID)[self::THUMBNAIL][0] ?? 0; // a preview replaces it
        [$ids, $areAll] = $this->texts->named(self::text($post));
        return [$this->privateOnes([...$ids, (int) $thumbnail]), $areAll];
    }

    /** Attachments shown by a gallery or playlist without ids: all that are attached to the post. @return list<int> */
    private function children(\WP_Post $post): array
    {
        global $wpdb;
        if (!AttachmentsInText::showsChildren($post->post_content)) {
            return [];
        }
        $children = $wpdb->get_col($wpdb->prepare(
            "SELECT ID FROM $wpdb->posts WHERE post_parent = %d AND post_type = 'attachment'",
            $post->ID,
        ));
        return $this->privateOnes(array_map(intval(...), $children));
    }

    /**
     * @param list<int> $ids of anything
     * @return list<int>
     */
    private function privateOnes(array $ids): array
    {
        $ids = array_values(array_unique(array_filter($ids, static fn (int $id): bool => $id > 0)));
        foreach (array_chunk($ids, Database::IDS_IN_A_QUERY) as $some) {
            _prime_post_caches($some, false, false);
        }
        $attachments = array_filter($ids, static fn (int $id): bool => get_post_type($id) === 'attachment');
        Database::fetchMetadata($attachments);
        return array_values(array_filter($attachments, $this->media->isPrivate(...)));
    }
}
