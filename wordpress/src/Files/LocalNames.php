<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Request;
use Aloft\Agent\Response;

/**
 * Paths that code keeps on this host for the rest of the PHP request, in addition to the site's rules. They are
 * answered as the agent answers for those. The files lie in {@see LocalFolder}.
 */
final class LocalNames
{
    private const MAX_NAMES = 1000;
    private const WILDCARDS = '*?[';

    /** @var array<string, string> s3:// paths, names and patterns, by their original form */
    private array $names = [];

    public function __construct(private readonly string $uploads)
    {
    }

    /**
     * @param mixed $name a path or fnmatch() pattern, where vip://wp-content/uploads means the uploads;
     *     without a slash, a file's name or a pattern for it, in any folder of the uploads
     */
    public function add(mixed $name): bool
    {
        if (!is_string($name) || $name === '' || count($this->names) >= self::MAX_NAMES) {
            return false;
        }
        $path = (string) preg_replace('~^vip://wp-content/uploads(?=/)~', $this->uploads, $name);
        if (!S3Path::isS3($path) && str_contains($name, '/')) {
            return false;
        }
        $this->names[$name] = $path;
        return true;
    }

    public function remove(mixed $name): bool
    {
        if (!is_string($name)) {
            return false;
        }
        $isThere = isset($this->names[$name]);
        unset($this->names[$name]);
        return $isThere;
    }

    /** @return array<string, true> */
    public function all(): array
    {
        return array_fill_keys(array_keys($this->names), true);
    }

    /** The response to a request for such a path, or to a move or copy to one; null for others. */
    public function answer(Request $request): ?Response
    {
        if ($this->names === []) {
            return null;
        }
        foreach (array_filter([$request->target, $request->destination()]) as $target) {
            $path = 's3:/' . rawurldecode(explode('?', rtrim($target, '/'))[0]);
            if ($this->covers($path)) {
                $place = LocalFolder::in(sys_get_temp_dir()) . substr($path, strlen('s3:/'));
                $location = 'file://' . str_replace('%2F', '/', rawurlencode($place));
                return new Response(AgentException::ELSEWHERE, ['location' => $location], '');
            }
        }
        return null;
    }

    private function covers(string $path): bool
    {
        foreach ($this->names as $name) {
            $isBare = !str_contains($name, '/');
            if ($isBare && !str_starts_with($path, "$this->uploads/")) {
                continue;
            }
            $subject = $isBare ? basename($path) : $path;
            $isPattern = strpbrk($name, self::WILDCARDS) !== false;
            if ($isPattern ? fnmatch($name, $subject, FNM_PATHNAME) : $name === $subject) {
                return true;
            }
        }
        return false;
    }
}
