<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\Hooks;

/**
 * Signs URLs of private attachments in a post's text, if its reader may read them: pictures with their sizes, links,
 * audio and video, from any source. Sites without private attachments are not affected.
 */
final class PrivateContent
{
    /** Runs after WordPress has added the sizes of pictures. */
    private const PRIORITY = 100;

    public function __construct(
        private readonly PrivateMedia $media,
        private readonly PrivateUrls $urls,
        private readonly AttachmentsInText $texts,
    ) {
    }

    public function register(Hooks $hooks): void
    {
        foreach (['the_content', 'widget_text_content', 'widget_block_content', 'get_the_excerpt'] as $text) {
            $hooks->add($text, $this->sign(...), self::PRIORITY);
        }
    }

    private function sign(mixed $text): mixed
    {
        if (!is_string($text) || !str_contains($text, '//') || !$this->media->mayBePrivate()) {
            return $text;
        }
        $signed = [];
        foreach ($this->texts->byUrl($text) as $url => $attachments) {
            $plain = html_entity_decode((string) $url, ENT_QUOTES | ENT_HTML5);
            $own = $this->urls->signFile($plain, $attachments);
            $signed[$url] = is_string($own) && $own !== $plain ? esc_url($own) : $url;
        }
        return $signed === [] ? $text : strtr($text, $signed);
    }
}
