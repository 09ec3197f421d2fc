<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;

/**
 * A normalized s3:// path: a bucket, and a key without empty, "." or ".." segments.
 */
final class S3Path implements \Stringable
{
    /** @param bool $isDirectory true if the path ends in a slash and can only be a directory */
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
     * Resolves "." and ".." and collapses "//", lexically.
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

    /**
     * Parses the path of a file, which does not end in a slash.
     *
     * @throws AgentException
     */
    public static function parseFile(string $url): self
    {
        $path = self::parse($url);
        return $path->isDirectory ? throw new AgentException('it is a directory', AgentException::CONFLICT) : $path;
    }

    /** The request target of a file, or of a directory without a slash. */
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

    /** The parent directory; the bucket is its own parent. */
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
