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
    private const MAX_URLS = 2000;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly UploadsDirectory $uploads,
        private readonly AttachmentsByFile $attachments,
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
        if (!is_string($text) || !str_contains($text, '//') || !$this->media->mayBePrivate()) {
            return $text;
        }
        $private = $this->privateUrls($text);
        return $private === [] ? $text : strtr($text, $private);
    }

    /** What an attachment's own answer says of its files beside what WordPress asked for one by one. */
    private function signAnswer(\WP_REST_Response $response, \WP_Post $attachment): \WP_REST_Response
    {
        $data = $response->get_data();
        $details = $data['media_details'] ?? null; // an object where the attachment has no metadata
        $sizes = is_array($details) ? $details['sizes'] ?? [] : [];
        foreach (is_array($sizes) ? $sizes : [] as $name => $size) {
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
        $attachments = $this->attachments->of(array_values(array_unique($urls)));
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
}
