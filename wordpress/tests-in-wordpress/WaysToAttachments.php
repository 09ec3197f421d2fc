<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * Every way in which WordPress shows an attachment, as its own source has them: functions of themes, queries,
 * shortcodes, blocks, widgets, menus, REST, oEmbed, AJAX and XML-RPC. Each way gives what is answered, as text.
 */
final class WaysToAttachments
{
    /**
     * @param int $post  a published post that the attachments belong to
     * @param int $menu  a menu with an item for each attachment
     */
    public function __construct(private readonly int $post, private readonly int $menu)
    {
    }

    /**
     * Ways that name one attachment: what is answered for a closed one is what is answered for none.
     *
     * @return array<string, \Closure(int): string>
     */
    public function byNumber(): array
    {
        return [
            'its address' => static fn (int $id): string => self::text(wp_get_attachment_url($id)),
            'its thumbnail' => static fn (int $id): string => self::text(wp_get_attachment_thumb_url($id)),
            'its original' => static fn (int $id): string => self::text(wp_get_original_image_url($id)),
            'a size' => static fn (int $id): string => self::text(wp_get_attachment_image_src($id, 'medium')),
            'a size or an icon' => static fn (int $id): string
                => self::text(wp_get_attachment_image_src($id, 'medium', true)),
            'a size by its metadata' => static fn (int $id): string
                => self::text(image_get_intermediate_size($id, 'medium')),
            'its sources' => static fn (int $id): string => self::text(wp_get_attachment_image_srcset($id, 'large')),
            'an image' => static fn (int $id): string => wp_get_attachment_image($id, 'large', true),
            'a link' => static fn (int $id): string => self::text(wp_get_attachment_link($id)),
            'its caption' => static fn (int $id): string => self::text(wp_get_attachment_caption($id)),
            'its title' => static fn (int $id): string => get_the_title($id),
            'for the library' => static fn (int $id): string => self::text(wp_prepare_attachment_for_js($id)),
            'a query by number' => static fn (int $id): string
                => self::posts(['p' => $id, 'post_type' => 'attachment', 'post_status' => 'inherit']),
            'a page by number' => static fn (int $id): string => self::posts(['attachment_id' => $id]),
            'a query by a list' => static fn (int $id): string
                => self::posts(['post__in' => [$id], 'post_type' => 'any', 'post_status' => 'any']),
            'posts without filters' => static fn (int $id): string => self::text(get_posts(
                ['include' => [$id], 'post_type' => 'attachment'],
            )),
            'a post without filters' => static fn (int $id): string => self::text(get_posts(
                ['p' => $id, 'post_type' => 'attachment'],
            )),
            '[gallery ids]' => static fn (int $id): string => do_shortcode("[gallery ids='$id']"),
            '[gallery include]' => static fn (int $id): string => do_shortcode("[gallery include='$id' link='file']"),
            '[playlist ids]' => static fn (int $id): string
                => do_shortcode("[playlist ids='$id']") . do_shortcode("[playlist type='video' ids='$id']"),
            'the block of an image' => static fn (int $id): string => self::block(
                "<!-- wp:image {\"id\":$id,\"lightbox\":{\"enabled\":true}} --><figure class=\"wp-block-image\">"
                    . "<img src=\"/other.jpg\" class=\"wp-image-\"/></figure><!-- /wp:image -->",
            ),
            'the block of a film' => static fn (int $id): string => do_blocks(
                "<!-- wp:video {\"id\":$id} --><figure><video src=\"/other.mp4\"></video></figure><!-- /wp:video -->",
            ),
            'the block of a cover' => static fn (int $id): string => do_blocks(
                "<!-- wp:cover {\"id\":$id,\"useFeaturedImage\":false} --><div></div><!-- /wp:cover -->",
            ),
            'the widget of an image' => static fn (int $id): string
                => self::widget('WP_Widget_Media_Image', ['attachment_id' => $id]),
            'the widget of a gallery' => static fn (int $id): string
                => self::widget('WP_Widget_Media_Gallery', ['ids' => [$id], 'link_type' => 'file']),
            'the widget of sound' => static fn (int $id): string
                => self::widget('WP_Widget_Media_Audio', ['attachment_id' => $id]),
            'the widget of film' => static fn (int $id): string
                => self::widget('WP_Widget_Media_Video', ['attachment_id' => $id]),
            'REST' => static fn (int $id): string => self::rest("/wp/v2/media/$id"),
            'REST, in capitals' => static fn (int $id): string => self::rest("/WP/v2/MEDIA/$id"),
            'REST, embedded' => static fn (int $id): string => self::rest("/wp/v2/media/$id", ['context' => 'embed']),
            'REST, to be edited' => static fn (int $id): string
                => self::rest("/wp/v2/media/$id", ['context' => 'edit']),
            'REST, its methods' => static fn (int $id): string => self::rest("/wp/v2/media/$id", [], 'OPTIONS'),
            'REST, changed' => static fn (int $id): string
                => self::rest("/wp/v2/media/$id", ['menu_order' => 0], 'POST'),
            'REST, processed' => static fn (int $id): string
                => self::rest("/wp/v2/media/$id/post-process", ['action' => 'create-image-subsizes'], 'POST'),
            'REST, by a list' => static fn (int $id): string => self::rest('/wp/v2/media', ['include' => [$id]]),
            'REST, searched' => static fn (int $id): string
                => self::rest('/wp/v2/search', ['include' => [$id], 'search' => 'hush']),
            'oEmbed' => static fn (int $id): string
                => self::rest('/oembed/1.0/embed', ['url' => home_url("/?attachment_id=$id")]),
            'oEmbed of its own site' => static fn (int $id): string
                => self::text(get_oembed_response_data_for_url(home_url("/?attachment_id=$id"), [])),
            'get-attachment' => static fn (int $id): string => self::ajax('get-attachment', ['id' => $id]),
            'send-attachment-to-editor' => static fn (int $id): string => self::ajax('send-attachment-to-editor', [
                'nonce' => wp_create_nonce('media-send-to-editor'),
                'attachment' => ['id' => $id, 'post_title' => 'x', 'url' => home_url("/?attachment_id=$id")],
                'post_id' => 0,
                'html' => 'x',
            ]),
            'parse-media-shortcode' => static fn (int $id): string
                => self::ajax('parse-media-shortcode', ['shortcode' => "[gallery ids='$id']"])
                    . self::ajax('parse-media-shortcode', ['shortcode' => "[playlist ids='$id']"]),
            'XML-RPC' => static fn (int $id): string => self::xmlRpc('wp_getMediaItem', $id),
        ];
    }

    /**
     * Ways that look for attachments. None of them finds a closed one.
     *
     * @return array<string, \Closure(): string>
     */
    public function byLooking(): array
    {
        $library = ['post_type' => 'attachment', 'post_status' => 'inherit'];
        return [
            'a query' => static fn (): string => self::posts($library + ['posts_per_page' => -1]),
            'how many' => static fn (): string => self::counted(new \WP_Query($library + ['posts_per_page' => 1])),
            'a query of anything' => static fn (): string
                => self::posts(['post_type' => 'any', 'post_status' => 'any', 'posts_per_page' => -1]),
            'a search' => static fn (): string => self::posts($library + ['s' => 'hush', 'posts_per_page' => -1]),
            'a search of names' => static function () use ($library): string {
                add_filter('wp_allow_query_attachment_by_filename', '__return_true');
                return self::posts($library + ['s' => 'hush', 'posts_per_page' => -1]);
            },
            'a page by its name' => static fn (): string => self::posts(['attachment' => 'hush-picture']),
            'posts' => static fn (): string
                => self::text(get_posts(['post_type' => 'attachment', 'numberposts' => -1])),
            'numbers' => static fn (): string
                => self::titles(get_posts(['post_type' => 'attachment', 'numberposts' => -1, 'fields' => 'ids'])),
            'children' => fn (): string
                => self::text(get_children(['post_parent' => $this->post, 'post_type' => 'attachment'])),
            'attached media' => fn (): string => self::text([
                get_attached_media('image', $this->post),
                get_attached_media('audio', $this->post),
                get_attached_media('video', $this->post),
            ]),
            '[gallery]' => fn (): string => $this->inPost('[gallery link="file"]'),
            '[gallery id]' => fn (): string => do_shortcode("[gallery id='$this->post' link='file']"),
            '[playlist]' => fn (): string => $this->inPost('[playlist][playlist type="video"]'),
            '[audio]' => fn (): string => $this->inPost('[audio]'),
            '[video]' => fn (): string => $this->inPost('[video]'),
            'the neighbours of a picture' => fn (): string => $this->neighbours(),
            'a menu' => fn (): string
                => (string) wp_nav_menu(['menu' => $this->menu, 'echo' => false, 'fallback_cb' => false]),
            'comments' => static fn (): string => self::commented(get_comments(['post_type' => 'attachment'])),
            'the widget of comments' => static fn (): string => self::widget('WP_Widget_Recent_Comments', []),
            'REST' => static fn (): string => self::rest('/wp/v2/media', ['per_page' => 100]),
            'REST, by a parent' => fn (): string => self::rest('/wp/v2/media', ['parent' => [$this->post]]),
            'REST, searched' => static fn (): string => self::rest('/wp/v2/media', ['search' => 'hush']),
            'REST, by a name' => static fn (): string => self::rest('/wp/v2/media', ['slug' => ['hush-picture']]),
            'REST, the post' => fn (): string => self::rest("/wp/v2/posts/$this->post", ['_embed' => true]),
            'REST, comments' => static fn (): string => self::rest('/wp/v2/comments', ['per_page' => 100]),
            'oEmbed of the post' => fn (): string => self::text(get_oembed_response_data($this->post, 600)),
            'query-attachments' => static fn (): string
                => self::ajax('query-attachments', ['query' => ['posts_per_page' => 80]]),
            'query-attachments, searched' => static fn (): string
                => self::ajax('query-attachments', ['query' => ['posts_per_page' => 80, 's' => 'hush']]),
            'XML-RPC' => static fn (): string => self::xmlRpc('wp_getMediaLibrary', ['number' => 100]),
            'the featured image' => fn (): string => get_the_post_thumbnail($this->post)
                . self::text(get_the_post_thumbnail_url($this->post)),
            'the block of the featured image' => fn (): string => (new \WP_Block(
                ['blockName' => 'core/post-featured-image', 'attrs' => []],
                ['postId' => $this->post, 'postType' => 'post'],
            ))->render(),
            'the block of latest posts' => static fn (): string => do_blocks(
                '<!-- wp:latest-posts {"displayFeaturedImage":true,"postsToShow":50} /-->',
            ),
            'the logo' => static fn (): string => get_custom_logo() . self::text(get_theme_mod('custom_logo')),
            'the icon' => static fn (): string => self::text(get_site_icon_url()),
            'types' => static fn (): string => self::text(get_available_post_mime_types()),
            'counts' => static fn (): string => self::text(wp_count_attachments()),
        ];
    }

    /** A text in the place of the post's. */
    private function inPost(string $text): string
    {
        $GLOBALS['post'] = get_post($this->post);
        try {
            return do_shortcode($text);
        } finally {
            unset($GLOBALS['post']);
        }
    }

    private function neighbours(): string
    {
        $pictures = get_children(['post_parent' => $this->post, 'post_mime_type' => 'image', 'post_type' => 'any']);
        $text = self::text($pictures);
        foreach ($pictures as $picture) {
            $GLOBALS['post'] = $picture;
            $text .= get_adjacent_image_link(true) . get_adjacent_image_link(false);
            $text .= self::text([get_adjacent_post(false, '', true), get_adjacent_post(false, '', false)]);
        }
        unset($GLOBALS['post']);
        return $text;
    }

    /** HTML of a block and the data of its script, without the parts that differ each time. */
    private static function block(string $text): string
    {
        $html = do_blocks($text);
        $state = function_exists('wp_interactivity_state') ? wp_interactivity_state('core/image') : [];
        $told = $state['metadata'] ?? [];
        return preg_replace('/[0-9a-f]{13}/', '', $html) . self::text(end($told));
    }

    /** @param array<string, mixed> $query */
    private static function posts(array $query): string
    {
        return self::text((new \WP_Query($query))->posts);
    }

    private static function counted(\WP_Query $query): string
    {
        return "$query->found_posts";
    }

    /** @param list<int> $ids */
    private static function titles(array $ids): string
    {
        return self::text(array_map(static fn (int $id): string => get_post($id)->post_title, $ids));
    }

    /** @param list<\WP_Comment> $comments */
    private static function commented(array $comments): string
    {
        return self::text(array_map(
            static fn (\WP_Comment $c): string => get_the_title((int) $c->comment_post_ID) . get_comment_link($c)
                . $c->comment_content,
            $comments,
        ));
    }

    /** @param array<string, mixed> $instance */
    private static function widget(string $class, array $instance): string
    {
        ob_start();
        the_widget($class, $instance);
        return trim(strip_tags((string) ob_get_clean(), ['img', 'a', 'audio', 'video', 'source', 'figure']));
    }

    /** @param array<string, mixed> $parameters */
    private static function rest(string $route, array $parameters = [], string $method = 'GET'): string
    {
        $request = new \WP_REST_Request($method, $route);
        foreach ($parameters as $name => $value) {
            $request->set_param($name, $value);
        }
        $answer = apply_filters('rest_post_dispatch', rest_do_request($request), rest_get_server(), $request);
        return self::text([
            $answer->get_status(),
            $answer->get_headers(),
            rest_get_server()->response_to_data($answer, isset($parameters['_embed'])),
        ]);
    }

    /** @param array<string, mixed> $form */
    private static function ajax(string $action, array $form): string
    {
        $_POST = $_REQUEST = wp_slash($form);
        add_filter('wp_doing_ajax', '__return_true');
        add_filter('wp_die_ajax_handler', static fn (): \Closure => static fn () => throw new \DomainException());
        require_once ABSPATH . 'wp-admin/includes/ajax-actions.php';
        ob_start();
        $level = error_reporting(E_ALL & ~E_WARNING); // of headers, after PHPUnit's first line
        try {
            add_action("wp_ajax_$action", 'wp_ajax_' . str_replace('-', '_', $action));
            if (is_user_logged_in()) {
                do_action("wp_ajax_$action");
            }
        } catch (\DomainException) {
            // The answer is complete.
        } finally {
            error_reporting($level);
            $answer = (string) ob_get_clean();
            $_POST = $_REQUEST = [];
            unset($GLOBALS['post']);
            remove_all_filters('wp_doing_ajax');
        }
        return $answer;
    }

    private static function xmlRpc(string $method, mixed $argument): string
    {
        require_once ABSPATH . WPINC . '/class-IXR.php';
        require_once ABSPATH . WPINC . '/class-wp-xmlrpc-server.php';
        $user = get_current_user_id();
        $login = $user === 0 ? 'nobody' : wp_get_current_user()->user_login;
        add_filter('xmlrpc_enabled', '__return_true');
        $answer = (new \wp_xmlrpc_server())->$method([1, $login, 'password', $argument]);
        wp_set_current_user($user);
        return self::text($answer instanceof \IXR_Error ? [$answer->code, $answer->message] : $answer);
    }

    private static function text(mixed $value): string
    {
        return (string) json_encode($value, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
    }
}
