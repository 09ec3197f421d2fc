<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Answers requests for a closed attachment by its id (REST, XML-RPC, admin dialogs) as WordPress answers for an id that
 * does not exist.
 */
final class PrivateRequests
{
    public function __construct(private readonly PrivateReaders $readers, private readonly PrivateUrls $urls)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('rest_request_before_callbacks', $this->refuse(...), 0, 3);
        $hooks->add('rest_post_dispatch', $this->hideMethods(...), PHP_INT_MAX, 3);
        $hooks->add('rest_prepare_attachment', $this->signAnswer(...), 10, 2);
        $hooks->add('xmlrpc_prepare_media_item', $this->refuseItem(...), PHP_INT_MAX, 2);
        $hooks->add('wp_ajax_send-attachment-to-editor', $this->refuseInsertion(...), PHP_INT_MIN);
        $hooks->add('admin_init', $this->refuseDetails(...), PHP_INT_MIN);
    }

    private function refuse(mixed $response, mixed $handler, \WP_REST_Request $request): mixed
    {
        if ($this->isOfClosedAttachment($request)) {
            return new \WP_Error('rest_post_invalid_id', __('Invalid post ID.'), ['status' => 404]);
        }
        if ($this->isOfClosedComment($handler, $request)) {
            return new \WP_Error('rest_comment_invalid_id', __('Invalid comment ID.'), ['status' => 404]);
        }
        return $response;
    }

    /** Hides the allowed methods, which WordPress lists for existing items only. */
    private function hideMethods(mixed $response, mixed $server, \WP_REST_Request $request): mixed
    {
        if ($response instanceof \WP_REST_Response && $this->isOfClosedAttachment($request)) {
            $headers = $response->get_headers();
            unset($headers['Allow']);
            $response->set_headers($headers);
        }
        return $response;
    }

    private function isOfClosedAttachment(\WP_REST_Request $request): bool
    {
        $media = rest_get_route_for_post_type_items('attachment');
        return preg_match('~^' . preg_quote($media, '~') . '/(\d+)(?:/|$)~i', $request->get_route(), $match) === 1
            && $this->readers->isClosed((int) $match[1]);
    }

    private function isOfClosedComment(mixed $handler, \WP_REST_Request $request): bool
    {
        $controller = is_array($handler['callback'] ?? null) ? $handler['callback'][0] ?? null : null;
        $comment = $controller instanceof \WP_REST_Comments_Controller ? get_comment((int) $request['id']) : null;
        return $comment !== null && $this->readers->isClosed((int) $comment->comment_post_ID);
    }

    /**
     * Hides file details in an attachment's response that WordPress did not check one by one. `media_details` is an
     * object if there is no metadata.
     */
    private function signAnswer(\WP_REST_Response $response, \WP_Post $attachment): \WP_REST_Response
    {
        $data = $response->get_data();
        if ($this->readers->isClosed($attachment->ID)) {
            return new \WP_REST_Response([]);
        }
        $details = is_array($data) ? $data['media_details'] ?? null : null;
        $sizes = is_array($details) && is_array($details['sizes'] ?? null) ? $details['sizes'] : [];
        foreach ($sizes as $name => $size) {
            if (is_array($size) && isset($size['source_url'])) {
                $data['media_details']['sizes'][$name]['source_url']
                    = $this->urls->signUrl($size['source_url'], $attachment->ID);
            }
        }
        $response->set_data($data);
        return $response;
    }

    /** The result of an XML-RPC method is its response, even if it is an error. */
    private function refuseItem(mixed $item, \WP_Post $attachment): mixed
    {
        return $this->readers->isClosed($attachment->ID) ? new \IXR_Error(404, __('Invalid attachment ID.')) : $item;
    }

    private function refuseInsertion(): void
    {
        $asked = $_POST['attachment'] ?? null;
        if (is_array($asked) && $this->readers->isClosed((int) ($asked['id'] ?? 0))) {
            wp_send_json_error();
        }
    }

    /** Hides the form of an upload, and its row in the old list. */
    private function refuseDetails(): void
    {
        $asked = (int) ($_REQUEST['attachment_id'] ?? 0);
        if (($GLOBALS['pagenow'] ?? '') === 'async-upload.php' && $asked > 0 && $this->readers->isClosed($asked)) {
            wp_die(__('Invalid post type.'));
        }
    }
}
