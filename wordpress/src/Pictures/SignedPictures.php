<?php

declare(strict_types=1);

namespace Aloft\Pictures;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Signs the URLs of pictures, for a site that serves signed ones only. PHP has no secret: the agent signs all pictures
 * of a post in one exchange. Signatures do not expire, and are cached for the rest of the PHP request.
 *
 * Active if ALOFT_SIGNED_PICTURES is true.
 */
final class SignedPictures
{
    private const BATCH = 1000;

    /** @var array<string, string> queries, by original and arguments */
    private array $signed = [];
    private bool $hasFailed = false;

    /** @param string $pictures URL of the pictures, without a trailing slash */
    public function __construct(
        private readonly Files $files,
        private readonly S3Path $root,
        private readonly string $pictures,
    ) {
    }

    public static function areOn(): bool
    {
        return defined('ALOFT_SIGNED_PICTURES')
            && filter_var(constant('ALOFT_SIGNED_PICTURES'), FILTER_VALIDATE_BOOLEAN);
    }

    /**
     * Signs URLs of pictures. Other URLs stay unchanged.
     *
     * @param list<string> $urls
     * @return array<string, ?string> by unsigned URL; null if the agent cannot sign, since the edge would reject it
     */
    public function sign(array $urls): array
    {
        $asked = array_filter(array_combine($urls, array_map($this->asked(...), $urls)), is_string(...));
        $this->fetch(array_values(array_unique($asked)));
        $result = array_combine($urls, $urls);
        foreach ($asked as $url => $name) {
            $query = $this->signed[$name] ?? null;
            $result[$url] = $query === null ? null : $url . (str_contains($url, '?') ? '&' : '?') . $query;
        }
        return $result;
    }

    /** The decoded path of the original below the uploads, with the arguments; null for signed and other URLs. */
    private function asked(string $url): ?string
    {
        $base = $this->pictures . '/';
        if (!str_starts_with($url, $base)) {
            return null;
        }
        [$path, $query] = array_pad(explode('?', strtok($url, '#') ?: '', 2), 2, '');
        return preg_match('/(^|&)s=/', $query) === 1
            ? null
            : rawurldecode(substr($path, strlen($base))) . '?' . $query;
    }

    /** @param list<string> $asked */
    private function fetch(array $asked): void
    {
        $new = array_values(array_filter($asked, fn (string $name): bool => !isset($this->signed[$name])));
        foreach ($this->hasFailed ? [] : array_chunk($new, self::BATCH) as $batch) {
            try {
                $this->signed += array_combine($batch, $this->files->signPictures($this->root, $batch));
            } catch (AgentException $refusal) {
                $this->hasFailed = true;
                trigger_error("aloft: cannot sign URLs of pictures: {$refusal->getMessage()}", E_USER_WARNING);
                return;
            }
        }
    }
}
