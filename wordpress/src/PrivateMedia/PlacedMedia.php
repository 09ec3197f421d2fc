<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Knows which private attachments a post shows to its readers: those that were put into its text, or made its featured
 * image, by who might read them then. Who only names a file or a number shows nothing by it.
 *
 * That is decided when a post is saved, for what is new in it, and recorded with the post and its revisions. What was
 * public when the post was last saved, everybody might read, so nothing needs to be recorded of it. Where a text named
 * more than is looked at, nothing counts as new in the next.
 */
final class PlacedMedia
{
    /** An array on a post: for each private attachment that its text names, whether its readers see it. */
    private const META = '_aloft_shows';
    private const THUMBNAIL = '_thumbnail_id';

    /** @var array<string, list<int>> by site and post */
    private array $unrecorded = [];

    /** @var array<int, array<int, bool>> what was recorded before this request saved a post, by post */
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
        $hooks->add('wp_restore_post_revision', $this->restore(...), PHP_INT_MIN, 2);
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
     * What stood there before it was private. The text of an attachment, which its author dates as he likes, is
     * never recorded, so it shows nothing.
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
        $named = $saved > 0 ? [...$this->named($post), ...$this->children($post)] : [];
        return array_values(array_filter($named, fn (int $id): bool => $this->media->wasPublic($id, $saved)));
    }

    private function record(\WP_Post $post, ?\WP_Post $before): void
    {
        if ($post->post_type === 'revision' || !$this->media->mayBePrivate()) {
            return;
        }
        $recorded = $this->before[$post->ID] = self::recorded($post->ID);
        $named = $this->named($post);
        $old = $before === null ? [] : $this->named($before);
        $wereShown = $before === null ? [] : $this->publicOnes($before);
        $isOldKnown = $before === null || !AttachmentsInText::namesTooMany(self::text($before));
        $shows = [];
        foreach (array_unique([...$named, ...$this->children($post)]) as $id) {
            $shows[$id] = $recorded[$id]
                ?? (in_array($id, $wereShown, true)
                    || $isOldKnown && !in_array($id, $old, true) && self::mayPlace($id));
        }
        $this->store($post->ID, $shows);
    }

    private function recordThumbnail(mixed $meta, int|string $post, string $key, mixed $value): void
    {
        $id = is_numeric($value) ? (int) $value : 0;
        if ($key === self::THUMBNAIL && $id > 0 && $this->media->isPrivate($id)) {
            $recorded = self::recorded((int) $post);
            $this->store((int) $post, $recorded + [$id => self::mayPlace($id)]);
        }
    }

    /** A revision keeps what was decided for its text. */
    private function copyToRevision(int $revision): void
    {
        $shows = self::recorded((int) wp_is_post_revision($revision));
        if ($shows !== self::recorded($revision)) {
            update_metadata('post', $revision, self::META, $shows);
        }
    }

    /** A text of before shows what it showed, whoever brings it back. */
    private function restore(int $post, int $revision): void
    {
        $kept = self::recorded($revision);
        $before = $this->before[$post] ?? [];
        $public = $this->publicOnes(get_post($revision));
        $shows = self::recorded($post);
        foreach (array_keys($shows) as $id) {
            $shows[$id] = $kept[$id] ?? $before[$id] ?? in_array($id, $public, true);
        }
        $this->store($post, $shows);
        foreach (wp_get_post_revisions($post, ['numberposts' => 1]) as $newest) {
            $this->copyToRevision($newest->ID);
        }
    }

    /** @param array<int, bool> $shows */
    private function store(int $post, array $shows): void
    {
        unset($this->unrecorded[get_current_blog_id() . " $post"]);
        if ($shows === []) {
            delete_post_meta($post, self::META);
        } else {
            update_post_meta($post, self::META, $shows);
        }
    }

    /** An import can bring anything. @return array<int, bool> */
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

    /** The private attachments that a text names, and the featured image. @return list<int> */
    private function named(\WP_Post $post): array
    {
        $thumbnail = get_post_meta($post->ID)[self::THUMBNAIL][0] ?? 0; // not what a preview makes of it
        $ids = [...$this->texts->named(self::text($post)), (int) $thumbnail];
        return $this->privateOnes($ids);
    }

    /** What a gallery or playlist shows that says no numbers: everything that is attached. @return list<int> */
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
        _prime_post_caches($ids, false, true);
        return array_values(array_filter(
            $ids,
            fn (int $id): bool => get_post_type($id) === 'attachment' && $this->media->isPrivate($id),
        ));
    }
}
