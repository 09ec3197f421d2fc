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

    /** @return array<string, non-empty-list<int>> ids of all that a file may belong to, by URL as in the text */
    public function byUrl(string $text): array
    {
        return array_filter($this->lookUp($text));
    }

    /** @return array<string, ?non-empty-list<int>> as above; null for URLs beyond a limit */
    private function lookUp(string $text): array
    {
        $names = [];
        foreach (array_slice(self::urls($text), 0, self::MAX_URLS) as $url) {
            $name = $this->uploads->nameOf(SignedUrls::without($url));
            if ($name !== null) {
                $names[rtrim($url, ',')] = $name;
            }
        }
        $known = $this->attachments->of(array_values(array_unique($names)));
        $found = array_filter($names, static fn (string $name): bool => array_key_exists($name, $known));
        return array_map(static fn (string $name): ?array => $known[$name], $found);
    }

    /**
     * A URL names no attachment if it may be of several files: naming a conversion of one must not show the other.
     *
     * @return array{list<int>, bool} ids, which may not belong to attachments; true if these are all
     */
    public function named(string $text): array
    {
        $numbers = self::numbers($text);
        $byUrl = $this->lookUp($text);
        $areAll = count($numbers) <= self::MAX_NUMBERS
            && count(self::urls($text)) <= self::MAX_URLS
            && !in_array(null, $byUrl, true);
        $certain = array_filter(array_filter($byUrl), self::haveOneFile(...));
        $ids = array_merge(array_slice($numbers, 0, self::MAX_NUMBERS), ...array_values($certain));
        return [array_values(array_unique($ids)), $areAll];
    }

    /**
     * True for one attachment, and for the translations of one.
     *
     * @param non-empty-list<int> $attachments
     */
    private static function haveOneFile(array $attachments): bool
    {
        $file = static fn (int $id): string => (string) get_post_meta($id, '_wp_attached_file', true);
        return count(array_unique(array_map($file, $attachments))) === 1;
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
