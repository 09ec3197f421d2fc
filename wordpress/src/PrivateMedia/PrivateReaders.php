<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Determines who may read a private attachment: its author, editors, and readers of a post that shows it, if a user who
 * could read it put it there ({@see PlacedMedia}). For everyone else it is *closed*: WordPress reveals nothing about
 * it.
 *
 * The capabilities `read_private_upload` (with an attachment's id) and `read_private_uploads` (for all) are mapped like
 * WordPress's own for private posts. A filter on `map_meta_cap` can change that.
 */
final class PrivateReaders
{
    public const READ = 'read_private_upload';
    public const READ_ALL = 'read_private_uploads';

    /** @var array<string, array<int, true>> posts shown by this request, by site and user */
    private array $posts = [];

    private bool $isAsking = false;

    /** @var array<string, array<int, true>> attachments created by this request, by site and user */
    private array $made = [];

    public function __construct(private readonly PrivateMedia $media, private readonly PlacedMedia $placed)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('map_meta_cap', self::map(...), 0, 4);
        $hooks->add('the_post', $this->enter(...), PHP_INT_MIN);
        $hooks->add('render_block_data', $this->enterPattern(...), PHP_INT_MIN);
        $hooks->add('add_attachment', function (int|string $attachment): void {
            $this->made[self::viewer()][(int) $attachment] = true;
        }, PHP_INT_MIN);
    }

    /** True if WordPress reveals nothing about an attachment to this viewer. */
    public function isClosed(int $attachment): bool
    {
        return !self::isSystem() && $this->media->isPrivate($attachment) && !$this->may($attachment);
    }

    /** True if this viewer may read a private attachment. */
    public function may(int $attachment): bool
    {
        return self::hasCapability(self::READ, $attachment) || in_array($attachment, $this->shown(), true);
    }

    public function mayAll(): bool
    {
        return self::isSystem() || $this->asking(static fn (): bool => self::hasCapability(self::READ_ALL), false);
    }

    /** True for cron and WP-CLI, which process attachments without a viewer. */
    public static function isSystem(): bool
    {
        return wp_doing_cron() || defined('WP_CLI') && WP_CLI;
    }

    /** The private attachments of posts shown by this request, and those that it created. @return list<int> */
    public function shown(): array
    {
        return $this->asking($this->readable(...), []);
    }

    /** Prevents recursion: a filter on capabilities may query posts, which checks capabilities again. */
    private function asking(\Closure $question, mixed $meanwhile): mixed
    {
        if ($this->isAsking) {
            return $meanwhile;
        }
        $this->isAsking = true;
        try {
            return $question();
        } finally {
            $this->isAsking = false;
        }
    }

    /** @return list<int> */
    private function readable(): array
    {
        $current = $GLOBALS['post'] ?? null;
        $posts = $this->posts[self::viewer()] ?? [];
        if ($current instanceof \WP_Post) {
            $posts[$current->ID] = true;
        }
        $shown = array_keys($this->made[self::viewer()] ?? []);
        foreach (array_keys($posts) as $post) {
            $attachments = $this->placed->shownIn($post);
            if ($attachments !== [] && $this->mayReadPost($post)) {
                array_push($shown, ...$attachments);
            }
        }
        return $shown;
    }

    /** Notes a post that is about to be shown. */
    public function enter(mixed $post): void
    {
        if ($post instanceof \WP_Post && $this->media->mayBePrivate()) {
            $this->posts[self::viewer()][$post->ID] = true;
        }
    }

    /**
     * Notes a synced pattern, which is a post shown within another.
     *
     * @param array<string, mixed> $block
     * @return array<string, mixed>
     */
    private function enterPattern(array $block): array
    {
        if (($block['blockName'] ?? null) === 'core/block') {
            $this->enter(get_post((int) ($block['attrs']['ref'] ?? 0)));
        }
        return $block;
    }

    private function mayReadPost(int $id): bool
    {
        $post = get_post($id);
        if ($post === null || post_password_required($post)) {
            return false;
        }
        if ($post->post_type === 'attachment' && $this->media->isPrivate($id)) {
            return self::hasCapability(self::READ, $id);
        }
        return is_post_publicly_viewable($post)
            || $post->post_type === 'wp_block' && $post->post_status === 'publish'
            || current_user_can('read_post', $id);
    }

    /** False before WordPress can have a current user. */
    private static function hasCapability(string $name, mixed ...$arguments): bool
    {
        return function_exists('wp_get_current_user') && current_user_can($name, ...$arguments);
    }

    private static function viewer(): string
    {
        $user = function_exists('wp_get_current_user') ? get_current_user_id() : 0;
        return get_current_blog_id() . ' ' . $user;
    }

    /**
     * @param list<string> $capabilities
     * @param list<mixed>  $arguments
     * @return list<string>
     */
    private static function map(array $capabilities, mixed $asked, mixed $user, array $arguments): array
    {
        if ($asked !== self::READ && $asked !== self::READ_ALL) {
            return $capabilities;
        }
        $attachment = $asked === self::READ ? get_post((int) ($arguments[0] ?? 0)) : null;
        $isOwn = $attachment !== null && (int) $user > 0 && (int) $attachment->post_author === (int) $user;
        return [$isOwn ? 'read' : 'edit_others_posts'];
    }
}
