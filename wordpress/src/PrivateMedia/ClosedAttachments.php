<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Hides closed attachments where WordPress looks them up by id, as if they did not exist. {@see PrivateQueries} hides
 * them in searches.
 */
final class ClosedAttachments
{
    /** An id that no post has. */
    private const NOWHERE = PHP_INT_MAX;
    private const BLOCKS = ['core/image', 'core/video', 'core/audio', 'core/file', 'core/cover', 'core/media-text'];

    public function __construct(private readonly PrivateMedia $media, private readonly PrivateReaders $readers)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp', $this->forget(...), PHP_INT_MIN);
        $hooks->add('redirect_canonical', $this->stay(...));
        $hooks->add('old_slug_redirect_post_id', $this->none(...));
        $hooks->add('oembed_request_post_id', fn (mixed $id): mixed
            => $this->isClosed($id) ? self::NOWHERE : $id, PHP_INT_MAX); // 0 would mean the current post
        $hooks->add('post_thumbnail_id', $this->thumbnail(...), PHP_INT_MAX, 2);
        foreach (['theme_mod_custom_logo', 'option_site_logo', 'option_site_icon'] as $setting) {
            $hooks->add($setting, $this->none(...), PHP_INT_MAX);
        }
        $hooks->add('attachment_link', $this->link(...), PHP_INT_MAX, 2);
        $hooks->add('wp_get_attachment_caption', fn (mixed $caption, mixed $id): mixed
            => $this->isClosed($id) ? false : $caption, PHP_INT_MAX, 2);
        $hooks->add('the_title', $this->title(...), PHP_INT_MAX, 2);
        foreach (['comments_open', 'pings_open'] as $state) {
            $hooks->add($state, fn (mixed $is, mixed $id): mixed => $is && !$this->isClosed($id), PHP_INT_MAX, 2);
        }
        $hooks->add('render_block_data', $this->block(...), PHP_INT_MAX);
        $hooks->add('wp_setup_nav_menu_item', $this->menuItem(...), PHP_INT_MAX);
    }

    /** Removes a closed attachment from the query of its own page, which titles and links are made from. */
    private function forget(): void
    {
        $query = $GLOBALS['wp_query'];
        $found = $query->queried_object ?? null;
        if ($found instanceof \WP_Post && $this->isClosed($found->ID)) {
            $query->queried_object = null;
            $query->queried_object_id = 0;
        }
    }

    /** Prevents the redirect from an id to the page's name. */
    private function stay(mixed $url): mixed
    {
        foreach (['p', 'page_id', 'attachment_id'] as $variable) {
            if ($this->isClosed(get_query_var($variable))) {
                return false;
            }
        }
        return $url;
    }

    private function none(mixed $id): mixed
    {
        return $this->isClosed($id) ? 0 : $id;
    }

    /** Shows a featured image to readers of the post, if the user who chose it could read it. */
    private function thumbnail(mixed $id, mixed $post): mixed
    {
        if ((int) $id > 0 && $this->media->isPrivate((int) $id)) {
            $this->readers->enter(get_post($post));
        }
        return $this->none($id);
    }

    private function link(string $link, int|string $id): string
    {
        return $this->isClosed($id) ? home_url("/?attachment_id=$id") : $link;
    }

    private function title(mixed $title, mixed $id = 0): mixed
    {
        return $this->isClosed($id) ? '' : $title;
    }

    /**
     * Media blocks add sizes of the attachment that they name by id, regardless of the file in the block.
     *
     * @param array<string, mixed> $block
     * @return array<string, mixed>
     */
    private function block(array $block): array
    {
        if (in_array($block['blockName'] ?? null, self::BLOCKS, true)) {
            foreach (['id', 'mediaId'] as $name) {
                if ($this->isClosed($block['attrs'][$name] ?? null)) {
                    $block['attrs'][$name] = self::NOWHERE;
                }
            }
        }
        return $block;
    }

    private function menuItem(object $item): object
    {
        if (($item->object ?? null) === 'attachment' && $this->isClosed($item->object_id)) {
            $item->_invalid = true;
            $item->title = $item->url = '';
        }
        return $item;
    }

    private function isClosed(mixed $id): bool
    {
        return is_numeric($id)
            && (int) $id > 0
            && $this->media->mayBePrivate()
            && get_post_type((int) $id) === 'attachment'
            && $this->readers->isClosed((int) $id);
    }
}
