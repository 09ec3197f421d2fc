<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;
use Aloft\Files\S3Path;

/**
 * Options of a stream context under "s3", as in S3-Uploads and the AWS SDK: `listFilter` and `delimiter` of a
 * directory. An ACL is ignored with a notice, because ACLs do not control access here. Other options are ignored.
 */
final class StreamOptions
{
    private static bool $isAclNoted = false;

    /** @param array<string, mixed> $options */
    private function __construct(private readonly array $options)
    {
    }

    /** @param resource|null $context */
    public static function of($context): self
    {
        $options = is_resource($context) ? stream_context_get_options($context)['s3'] ?? [] : [];
        return new self(is_array($options) ? $options : []);
    }

    /** True if the delimiter is the empty string: the listing includes all levels below the directory. */
    public function isDeep(): bool
    {
        $delimiter = $this->options['delimiter'] ?? '/';
        return match ($delimiter) {
            '/' => false,
            '' => true,
            default => throw new AgentException('the delimiter of a listing is "/" or ""', 400),
        };
    }

    /** True if the listing shows that entry. The filter receives S3's fields: Key, Size and so on, or Prefix. */
    public function shows(S3Path $directory, string $name, FileInfo $info): bool
    {
        $filter = $this->options['listFilter'] ?? null;
        if ($filter === null) {
            return true;
        }
        if (!is_callable($filter)) {
            throw new AgentException('the listFilter of the stream context cannot be called', 400);
        }
        $key = $directory->child($name)->key;
        return (bool) $filter($info->isDirectory ? ['Prefix' => "$key/"] : [
            'Key' => $key,
            'Size' => $info->size,
            'LastModified' => (new \DateTimeImmutable())->setTimestamp($info->modified),
        ]);
    }

    /** Logs ignored options, once for each PHP request. */
    public function noteIgnored(): void
    {
        $acl = $this->options['ACL'] ?? $this->options['acl'] ?? null;
        if ($acl !== null && !self::$isAclNoted) {
            self::$isAclNoted = true;
            $shown = is_string($acl) ? " \"$acl\"" : '';
            trigger_error("aloft: ignores the ACL$shown of a stream context: Aloft uses no ACLs", E_USER_NOTICE);
        }
    }
}
