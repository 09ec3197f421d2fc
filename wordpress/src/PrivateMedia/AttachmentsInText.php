<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Uploads\UploadsDirectory;

/**
 * Finds the attachments that a text refers to, by URLs of their files and by ids in blocks, shortcodes and classes.
 * Every regular expression here takes linear time.
 */
final class AttachmentsInText
{
    private const URL = '~(?:https?:)?//[^\s"\'<>()\\\\]+~i';
    private const MAX_URLS = 2000;
    /** `wp-image-7`, `attachment_7`, `"mediaId":7`, `"ids":[7,8]`, `ids="7,8"`, `include='7'`. */
    private const NUMBERS = '/(?:wp-image-|attachment_|(?:ids?|include)\\\\?["\']?\s?[:=]\s?\[?\\\\?["\']?)'
        . '(\d+(?:\s?,\s?\d+)*)/i';
    private const SHORTCODE = '/\[(?:gallery|playlist|audio|video)\b([^\[\]]*+)\]/';
    private const MAX_NUMBERS = 5000;

    public function __construct(
        private readonly UploadsDirectory $uploads,
        private readonly AttachmentsByFile $attachments,
    ) {
    }

    /** @return array<string, int> ids, by URL as in the text */
    public function byUrl(string $text): array
    {
        $names = [];
        foreach (array_slice(self::urls($text), 0, self::MAX_URLS) as $url) {
            $name = $this->uploads->nameOf(SignedUrls::without($url));
            if ($name !== null) {
                $names[rtrim($url, ',')] = $name;
            }
        }
        $known = $this->attachments->of(array_values(array_unique($names)));
        return array_filter(
            array_map(static fn (string $name): ?int => $known[$name] ?? null, $names),
            is_int(...),
        );
    }

    /** @return list<int> ids, which may not belong to attachments */
    public function named(string $text): array
    {
        $numbers = array_slice(self::numbers($text), 0, self::MAX_NUMBERS);
        return array_values(array_unique([...$numbers, ...array_values($this->byUrl($text))]));
    }

    /** True if a text has more references than the limits. */
    public static function namesTooMany(string $text): bool
    {
        return count(self::numbers($text)) > self::MAX_NUMBERS || count(self::urls($text)) > self::MAX_URLS;
    }

    /** True if a text has a gallery, playlist or player that shows the attachments of the post. */
    public static function showsChildren(string $text): bool
    {
        preg_match_all(self::SHORTCODE, $text, $found);
        return str_contains($text, '"dynamicContent"') || array_filter(
            $found[1],
            static fn (string $attributes): bool => !str_contains($attributes, 'ids=')
                && !str_contains($attributes, 'include='),
        ) !== [];
    }

    /** @return list<string> */
    private static function urls(string $text): array
    {
        preg_match_all(self::URL, $text, $found);
        return array_values(array_unique($found[0]));
    }

    /** @return list<int> */
    private static function numbers(string $text): array
    {
        preg_match_all(self::NUMBERS, $text, $found);
        return array_values(wp_parse_id_list(implode(',', $found[1])));
    }
}
