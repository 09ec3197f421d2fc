<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Excludes closed attachments from WordPress's queries: lists, searches, galleries, pages, feeds, the library, and
 * their counts.
 *
 * Each query gets an SQL condition, also one without filters (`get_posts()`). An attachment that is private only by a
 * filter of S3-Uploads, and is not marked, is removed from the results.
 */
final class PrivateQueries
{
    /** A condition that every post meets. */
    private const OF_ALL = ['key' => '_aloft_of_none', 'compare' => 'NOT EXISTS'];

    public function __construct(private readonly PrivateMedia $media, private readonly PrivateReaders $readers)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('posts_where', $this->restrict(...), PHP_INT_MAX, 2);
        $hooks->add('pre_get_posts', $this->mark(...), PHP_INT_MAX);
        $hooks->add('get_meta_sql', $this->restrictMarked(...), PHP_INT_MAX, 6);
        $hooks->add('the_posts', $this->drop(...), PHP_INT_MAX);
        $hooks->add('comment_feed_where', $this->restrictFeed(...), PHP_INT_MAX, 2);
        $hooks->add('the_comments', $this->dropComments(...), PHP_INT_MAX);
        foreach (['get_previous_post_where', 'get_next_post_where'] as $adjacent) {
            $hooks->add($adjacent, fn (string $where): string => $where . $this->condition('p'), PHP_INT_MAX);
        }
        $hooks->add('wp_count_attachments', $this->count(...), PHP_INT_MAX, 2);
        $hooks->add('pre_get_available_post_mime_types', $this->types(...), PHP_INT_MAX, 2);
        $hooks->add('media_library_months_with_files', $this->months(...), PHP_INT_MAX);
    }

    private function restrict(string $where, \WP_Query $query): string
    {
        return self::mayFind($query) ? $where . $this->condition($GLOBALS['wpdb']->posts) : $where;
    }

    /** Marks a query without filters. The filter of its conditions on metadata is the only one that is called. */
    private function mark(\WP_Query $query): void
    {
        $isFiltered = !$query->get('suppress_filters') || self::isMarked($query);
        if (!$isFiltered && self::mayFind($query) && $this->isRestricted()) {
            $query->set('meta_query', [...array_filter([$query->get('meta_query')]), self::OF_ALL]);
        }
    }

    private static function isMarked(\WP_Query $query): bool
    {
        return in_array(self::OF_ALL, (array) $query->get('meta_query'), true);
    }

    /** Adds to the conditions on metadata. */
    private function restrictMarked(mixed $sql, mixed $_, mixed $type, string $posts, mixed $id, mixed $query): mixed
    {
        if (is_array($sql) && $query instanceof \WP_Query && self::isMarked($query)) {
            $sql['where'] .= $this->condition($posts);
        }
        return $sql;
    }

    /** @param list<mixed> $posts */
    private function drop(mixed $posts): mixed
    {
        if (!is_array($posts) || !has_filter('s3_uploads_is_attachment_private')) {
            return $posts;
        }
        return array_values(array_filter($posts, fn (mixed $post): bool => !$post instanceof \WP_Post
            || $post->post_type !== 'attachment' || !$this->readers->isClosed($post->ID)));
    }

    private function restrictFeed(string $where, \WP_Query $query): string
    {
        return $query->is_singular ? $where : $where . $this->condition($GLOBALS['wpdb']->posts);
    }

    /**
     * Removes comments from the results. Their queries are cached for all viewers, so they cannot be restricted.
     *
     * @param list<mixed> $comments
     */
    private function dropComments(mixed $comments): mixed
    {
        if (!is_array($comments) || !$this->media->mayBePrivate()) {
            return $comments;
        }
        return array_values(array_filter($comments, fn (mixed $comment): bool => !$comment instanceof \WP_Comment
            || !$this->readers->isClosed((int) $comment->comment_post_ID)));
    }

    /** Number of attachments of each type. */
    private function count(object $counts, mixed $type): object
    {
        global $wpdb;
        if (!$this->isRestricted()) {
            return $counts;
        }
        $rows = $wpdb->get_results(
            "SELECT IF(post_status = 'trash', 'trash', post_mime_type) AS kind, COUNT(*) AS number FROM $wpdb->posts"
                . " WHERE post_type = 'attachment'" . wp_post_mime_type_where($type)
                . $this->condition($wpdb->posts) . ' GROUP BY kind',
        );
        return (object) (array_column($rows, 'number', 'kind') + ['trash' => '0']);
    }

    private function types(mixed $types, string $of): mixed
    {
        global $wpdb;
        return $types !== null || $of !== 'attachment' || !$this->isRestricted() ? $types : $wpdb->get_col(
            "SELECT DISTINCT post_mime_type FROM $wpdb->posts WHERE post_type = 'attachment' AND post_mime_type != ''"
                . $this->condition($wpdb->posts),
        );
    }

    /** Months in the library's menu. */
    private function months(mixed $months): mixed
    {
        global $wpdb;
        return is_array($months) || !$this->isRestricted() ? $months : $wpdb->get_results(
            "SELECT DISTINCT YEAR(post_date) AS year, MONTH(post_date) AS month FROM $wpdb->posts"
                . " WHERE post_type = 'attachment'{$this->condition($wpdb->posts)} ORDER BY post_date DESC",
        );
    }

    private function isRestricted(): bool
    {
        return $this->media->mayBePrivate() && !$this->readers->mayAll();
    }

    private static function mayFind(\WP_Query $query): bool
    {
        $types = (array) $query->get('post_type');
        return array_filter($types) === [] || array_intersect($types, ['attachment', 'any']) !== [];
    }

    private function condition(string $posts): string
    {
        return $this->isRestricted() ? " AND NOT ({$this->closed($posts)})" : '';
    }

    /** SQL condition for closed attachments. */
    private function closed(string $posts): string
    {
        global $wpdb;
        $closed = "$posts.post_type = 'attachment' AND EXISTS (SELECT 1 FROM $wpdb->postmeta aloft"
            . " WHERE aloft.post_id = $posts.ID AND (aloft.meta_key = '" . PrivateMedia::SINCE . "'"
            . " OR aloft.meta_key = '" . PrivateMedia::FLAG . "' AND aloft.meta_value = '1'))";
        $user = get_current_user_id();
        if ($user > 0) {
            $closed .= " AND $posts.post_author <> $user";
        }
        $shown = $this->readers->shown();
        return $shown === [] ? $closed : "$closed AND $posts.ID NOT IN (" . implode(',', $shown) . ')';
    }
}
