<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Uploads\UploadsDirectory;

/**
 * Adds the agent's signatures to URLs of uploads. PHP has no secret: the agent signs many URLs in one exchange. It
 * returns the same URL for a while, so that browsers can cache. Signatures are cached for the rest of the PHP request.
 */
final class SignedUrls
{
    private const BATCH = 1000;
    /** A URL in a text; `\u0026` is "&" in block attributes. Possessive, so that each character is read once. */
    private const WORD = '/[^\s"\'<>()\\\\]++(?:\\\\++u0026[^\s"\'<>()\\\\]*+)*+/';
    private const SEPARATOR = '/(&amp;|&#0?38;|&|\\\\+u0026)/';

    /** @var array<string, string> queries, by seconds and name */
    private array $signed = [];
    private bool $hasFailed = false;

    public function __construct(private readonly Files $files, private readonly UploadsDirectory $uploads)
    {
    }

    /**
     * Signs URLs of uploads. Other URLs stay unchanged, and all do if the agent cannot sign.
     *
     * @param list<string> $urls
     * @return array<string, string> by unsigned URL
     */
    public function sign(array $urls, int $seconds): array
    {
        $names = array_filter(array_combine($urls, array_map($this->uploads->nameOf(...), $urls)), is_string(...));
        $this->fetch(array_values(array_unique($names)), $seconds);
        $result = array_combine($urls, $urls);
        foreach ($names as $url => $name) {
            $query = $this->signed["$seconds $name"] ?? null;
            if ($query !== null) {
                $result[$url] = self::with(self::without((string) $url), $query);
            }
        }
        return $result;
    }

    /** Removes the signatures from all URLs in a text. */
    public static function without(string $text): string
    {
        return str_contains($text, 'aloft-expires=')
            ? (string) preg_replace_callback(self::WORD, static fn (array $word): string => self::bare($word[0]), $text)
            : $text;
    }

    private static function bare(string $url): string
    {
        if (!str_contains($url, 'aloft-expires=')) {
            return $url;
        }
        [$address, $fragment] = array_pad(preg_split('/#(?!0?38;)/', $url, 2), 2, null);
        [$path, $query] = array_pad(explode('?', $address, 2), 2, '');
        $parts = preg_split(self::SEPARATOR, $query, -1, PREG_SPLIT_DELIM_CAPTURE);
        $kept = '';
        foreach (array_chunk($parts, 2) as $index => [$part]) {
            if (preg_match('/^aloft-(?:expires|signature)=/', $part) !== 1) {
                $kept .= ($kept === '' ? '' : $parts[2 * $index - 1]) . $part;
            }
        }
        return $path . ($kept === '' ? '' : "?$kept") . ($fragment === null ? '' : "#$fragment");
    }

    private static function with(string $url, string $query): string
    {
        [$address, $fragment] = array_pad(explode('#', $url, 2), 2, null);
        return $address . (str_contains($address, '?') ? '&' : '?') . $query . ($fragment === null ? '' : "#$fragment");
    }

    /** @param list<string> $names */
    private function fetch(array $names, int $seconds): void
    {
        $new = array_values(array_filter($names, fn (string $name): bool => !isset($this->signed["$seconds $name"])));
        foreach ($this->hasFailed ? [] : array_chunk($new, self::BATCH) as $batch) {
            try {
                $queries = $this->files->sign($this->uploads->root(), $batch, $seconds);
            } catch (AgentException $refusal) {
                $this->hasFailed = true;
                trigger_error("aloft: cannot sign URLs of private files: {$refusal->getMessage()}", E_USER_WARNING);
                return;
            }
            foreach ($batch as $index => $name) {
                $this->signed["$seconds $name"] = $queries[$index];
            }
        }
    }
}
