<?php

declare(strict_types=1);

namespace Aloft;

/**
 * Signs what a post's text says of private attachments: pictures with their sizes, links, sound and film, whatever
 * wrote them there. A site without a private attachment is not asked anything.
 */
final class PrivateContent
{
    /** After WordPress has put in the sizes of pictures. */
    private const PRIORITY = 100;
    private const URL = '~(?:https?:)?//[^\s"\'<>()\\\\]+~i';
    private const MADE_OF_IT = '/(?:-\d+x\d+|-scaled|-rotated|-e\d{10,})+(?=\.[^.]+$)/';
    private const MAX_URLS = 2000;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly UploadsDirectory $uploads,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        foreach (['the_content', 'widget_text_content', 'widget_block_content', 'get_the_excerpt'] as $text) {
            $hooks->add($text, $this->sign(...), self::PRIORITY);
        }
        $hooks->add('rest_prepare_attachment', $this->signAnswer(...), 10, 2);
    }

    private function sign(mixed $text): mixed
    {
        if (!is_string($text) || !str_contains($text, '//') || !$this->mayBePrivate()) {
            return $text;
        }
        $private = $this->privateUrls($text);
        return $private === [] ? $text : strtr($text, $private);
    }

    /** What an attachment's own answer says of its files beside what WordPress asked for one by one. */
    private function signAnswer(\WP_REST_Response $response, \WP_Post $attachment): \WP_REST_Response
    {
        $data = $response->get_data();
        foreach ($data['media_details']['sizes'] ?? [] as $name => $size) {
            if (isset($size['source_url'])) {
                $data['media_details']['sizes'][$name]['source_url']
                    = $this->media->signUrl($size['source_url'], $attachment->ID);
            }
        }
        $response->set_data($data);
        return $response;
    }

    /** @return array<string, string> signed URLs, by what stands in the text */
    private function privateUrls(string $text): array
    {
        preg_match_all(self::URL, $text, $found);
        $urls = [];
        foreach (array_slice(array_unique($found[0]), 0, self::MAX_URLS) as $url) {
            $name = $this->uploads->nameOf(SignedUrls::without($url));
            if ($name !== null) {
                $urls[rtrim($url, ',')] = $name;
            }
        }
        $attachments = $this->attachments(array_values(array_unique($urls)));
        $signed = [];
        foreach ($urls as $url => $name) {
            $attachment = $attachments[$name] ?? null;
            if ($attachment !== null && $this->media->isPrivate($attachment)) {
                $plain = html_entity_decode((string) $url, ENT_QUOTES | ENT_HTML5);
                $signed[$url] = esc_url((string) $this->media->signUrl($plain, $attachment));
            }
        }
        return $signed;
    }

    /**
     * The attachments that these files belong to: a size is known by the picture that it was made of.
     *
     * @param list<string> $names below the uploads of all sites
     * @return array<string, int> ids by name
     */
    private function attachments(array $names): array
    {
        global $wpdb;
        $site = substr((string) wp_get_upload_dir()['basedir'], strlen((string) $this->uploads->root()) + 1);
        $wanted = [];
        foreach ($names as $name) {
            $own = $site === '' ? $name : substr($name, strlen($site) + 1);
            foreach ($this->mainNames($own) as $main) {
                $wanted[$main][] = $name;
            }
        }
        if ($wanted === []) {
            return [];
        }
        $marks = implode(',', array_fill(0, count($wanted), '%s'));
        $rows = $wpdb->get_results($wpdb->prepare(
            "SELECT post_id, meta_value FROM $wpdb->postmeta"
                . " WHERE meta_key = '_wp_attached_file' AND meta_value IN ($marks)",
            array_map(strval(...), array_keys($wanted)),
        ));
        update_meta_cache('post', array_column($rows, 'post_id'));
        $attachments = [];
        foreach ($rows as $row) {
            $attachments += array_fill_keys($wanted[$row->meta_value], (int) $row->post_id);
        }
        return $attachments;
    }

    /** @return list<string> what the main file of an attachment can be called, of which this is a file */
    private function mainNames(string $name): array
    {
        $bare = (string) preg_replace(self::MADE_OF_IT, '', $name);
        $stem = substr($bare, 0, strlen($bare) - strlen((string) strrchr($bare, '.')));
        $extension = (string) strrchr($bare, '.');
        return array_values(array_unique([$name, $bare, "$stem-scaled$extension", "$stem-rotated$extension"]));
    }

    /** Whether any attachment was ever made private here, by its flag, or a plugin decides. */
    private function mayBePrivate(): bool
    {
        return has_filter('s3_uploads_is_attachment_private') || get_option(PrivateMedia::SEEN) === '1';
    }
}
