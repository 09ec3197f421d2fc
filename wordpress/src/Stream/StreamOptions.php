<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\FileInfo;
use Aloft\Files\S3Path;

/**
 * What a stream context says under "s3", as S3-Uploads and the AWS SDK have it: `listFilter` and `delimiter` of a
 * directory. Of the other options, an ACL is ignored with a note, because who may read is not decided by ACLs here.
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

    /** Whether a directory is listed with all that lies below it: the delimiter is the empty string. */
    public function isDeep(): bool
    {
        $delimiter = $this->options['delimiter'] ?? '/';
        return match ($delimiter) {
            '/' => false,
            '' => true,
            default => throw new AgentException('the delimiter of a listing is "/" or ""', 400),
        };
    }

    /** Whether the listing shows that entry. The filter is told what S3 would tell: Key, Size and so on, or Prefix. */
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

    /** Once in a PHP request. */
    public function noteWhatIsIgnored(): void
    {
        $acl = $this->options['ACL'] ?? $this->options['acl'] ?? null;
        if ($acl !== null && !self::$isAclNoted) {
            self::$isAclNoted = true;
            $shown = is_string($acl) ? " \"$acl\"" : '';
            trigger_error("aloft: ignores the ACL$shown of a stream context: S3 is asked for no ACLs", E_USER_NOTICE);
        }
    }
}
