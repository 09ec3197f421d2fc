<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Keeps a private attachment's own page and its answer in the REST API, which are open to everyone, from telling
 * signed URLs to who may not edit it. A post that shows it tells them to whoever may read the post.
 */
final class PrivateAccess
{
    public function __construct(private readonly PrivateMedia $media)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('rest_prepare_attachment', $this->unsign(...), PHP_INT_MAX, 2);
        $hooks->add('template_redirect', $this->hide(...), PHP_INT_MIN);
    }

    private function unsign(\WP_REST_Response $response, \WP_Post $attachment): \WP_REST_Response
    {
        if ($this->isClosed($attachment->ID)) {
            $response->set_data(map_deep(
                $response->get_data(),
                static fn (mixed $value): mixed => is_string($value) ? SignedUrls::without($value) : $value,
            ));
        }
        return $response;
    }

    private function hide(): void
    {
        if (is_attachment() && $this->isClosed((int) get_queried_object_id())) {
            $GLOBALS['wp_query']->set_404();
            status_header(404);
            nocache_headers();
        }
    }

    private function isClosed(int $attachment): bool
    {
        return $this->media->isPrivate($attachment) && !current_user_can('edit_post', $attachment);
    }
}
