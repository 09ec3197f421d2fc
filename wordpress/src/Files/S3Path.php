<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * An s3:// path as the agent is asked for it: a bucket, and a key without empty, "." or ".." segments.
 */
final class S3Path implements \Stringable
{
    /** @param bool $isDirectory whether the path ended in a slash, and so can only mean a directory */
    private function __construct(
        public readonly string $bucket,
        public readonly string $key,
        public readonly bool $isDirectory,
    ) {
    }

    public static function isS3(mixed $path): bool
    {
        return is_string($path) && strncasecmp($path, 's3://', 5) === 0;
    }

    /**
     * Resolves "." and ".." and collapses "//", by the letters alone.
     *
     * @throws AgentException when the path names no bucket or climbs above it
     */
    public static function parse(string $url): self
    {
        $path = substr($url, 5);
        if ($path === '' || $path[0] === '/') {
            throw new AgentException("$url names no bucket; a path is s3://bucket/key", 400);
        }
        $segments = [];
        foreach (explode('/', $path) as $segment) {
            if ($segment === '..') {
                array_pop($segments);
            } elseif ($segment !== '' && $segment !== '.') {
                $segments[] = $segment;
            }
            if ($segments === []) {
                throw new AgentException("$url leads above its bucket", 400);
            }
        }
        $bucket = array_shift($segments);
        $isDirectory = $segments === [] || in_array($segment, ['', '.', '..'], true);
        return new self($bucket, implode('/', $segments), $isDirectory);
    }

    /** The request target of the file, or of a directory asked for without a slash. */
    public function target(): string
    {
        return '/' . str_replace('%2F', '/', rawurlencode("$this->bucket/$this->key"));
    }

    public function directoryTarget(): string
    {
        return rtrim($this->target(), '/') . '/';
    }

    public function name(): string
    {
        return $this->key === '' ? $this->bucket : substr((string) strrchr('/' . $this->key, '/'), 1);
    }

    /** The directory that holds this; the bucket holds itself. */
    public function parent(): self
    {
        $cut = strrpos($this->key, '/');
        return new self($this->bucket, $cut === false ? '' : substr($this->key, 0, $cut), true);
    }

    /** A file of that name in this directory. */
    public function child(string $name): self
    {
        return new self($this->bucket, $this->key === '' ? $name : "$this->key/$name", false);
    }

    public function __toString(): string
    {
        return rtrim("s3://$this->bucket/$this->key", '/');
    }
}
