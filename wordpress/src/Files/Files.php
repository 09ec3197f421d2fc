<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\Agent;
use Aloft\Agent\AgentException;
use Aloft\Agent\Request;
use Aloft\Agent\Response;

/**
 * The files of the bucket, as one PHP request sees them. Each method makes one exchange with the agent at most, and
 * none where {@see RequestMemory} has the answer. Every failure is an {@see AgentException}.
 */
final class Files
{
    use KeptVersions;
    use ManyFiles;
    use PictureMaking;

    private readonly RequestMemory $memory;

    /** @var array<string, string> reason for which the next write fails, by path */
    private array $refusals = [];

    /**
     * @param ?PutObjectHooks $hooks     properties of written files; null outside WordPress
     * @param ?LocalNames      $localNames paths that this request keeps on the host, in addition to the site's rules
     */
    public function __construct(
        private readonly Agent $agent,
        private readonly ?PutObjectHooks $hooks = null,
        public readonly ?LocalNames $localNames = null,
    ) {
        $this->memory = new RequestMemory();
    }

    /** Treats a directory as present without asking: it comes into being with its first file. */
    public function takeAsPresent(S3Path $directory): void
    {
        $this->memory->addPresentDirectory($directory);
    }

    /** Makes the first write to a free name fail if another file has appeared there since. */
    public function takeAsFree(S3Path $path): void
    {
        unset($this->refusals[(string) $path]);
        $this->memory->addFreeName($path);
    }

    /** Makes the next write there fail for that reason, without asking the agent. */
    public function refuseOnce(S3Path $path, string $reason): void
    {
        $this->refusals[(string) $path] = $reason;
    }

    /**
     * State of the agent and its store.
     *
     * @return array<string, mixed>
     */
    public function status(): array
    {
        $status = json_decode($this->expect(new Request('GET', '/'), 200)->body, true);
        return is_array($status)
            ? $status
            : throw new AgentException('the agent answered without a status', AgentException::NO_ANSWER);
    }

    /** Null if the path does not exist. */
    public function stat(S3Path $path): ?FileInfo
    {
        if ($this->memory->isPresentDirectory($path)) {
            return FileInfo::directory();
        }
        $snapshot = $this->memory->snapshotWith($path);
        if ($snapshot !== null) {
            return $snapshot->stat($path);
        }
        if ($this->memory->isMissing($path)) {
            return null;
        }
        $asked = microtime(true);
        $response = $this->send(new Request('HEAD', $path->target(), $this->freshness($path)));
        if ($response->status === 404) {
            $this->memory->addMissing($path, $asked);
            return null;
        }
        return $response->status === 200
            ? FileInfo::of($response, (int) $response->header('Content-Length'))
            : throw self::refusal($response);
    }

    /**
     * Reads up to that many bytes from an offset; fewer, or none, at the end of the file.
     *
     * @param string $etag   the version to read; empty for the newest
     * @param bool   $isLong true if other tasks may run meanwhile
     */
    public function read(S3Path $path, int $from, int $length, string $etag = '', bool $isLong = false): Window
    {
        $headers = ['Range' => "bytes=$from-" . ($from + $length - 1)] + $this->freshness($path);
        if ($etag !== '') {
            $headers['If-Match'] = $etag;
        }
        $response = $this->send(new Request('GET', $path->target(), $headers, isLong: $isLong));
        return match ($response->status) {
            200 => new Window(0, $response->body, FileInfo::of($response, strlen($response->body))),
            206 => new Window($from, $response->body, FileInfo::ofRange($response)),
            416 => $this->end($path, $from, $response),
            default => throw self::refusal($response),
        };
    }

    /** Checks that the file can be written. Makes no S3 request unless the agent has reason to doubt it. */
    public function checkWritable(S3Path $path): void
    {
        $this->checkRefusal($path);
        $this->expect(new Request('OPTIONS', $path->target()), 204);
    }

    /**
     * Creates or replaces the whole file.
     *
     * @param string|resource $bytes text, or a local stream that is sent from its beginning
     * @return string the new version's ETag
     */
    public function put(S3Path $path, mixed $bytes, Condition $condition): string
    {
        $this->checkRefusal($path);
        $headers = $this->writeHeaders($path, $condition);
        $response = $this->expect(new Request('PUT', $path->target(), $headers, $bytes), 201);
        $this->wrote($path, isset($headers['Aloft-Private']));
        return $response->header('ETag') ?? '';
    }

    /** @return array<string, string> */
    private function writeHeaders(S3Path $path, Condition $condition): array
    {
        $isFree = $condition->isNone() && $this->memory->isFreeName($path);
        return ($isFree ? Condition::absent() : $condition)->headers + ($this->hooks?->before($path) ?? []);
    }

    /**
     * Appends the stream's bytes from an offset on. Creates a missing file.
     *
     * @param resource $bytes
     * @return FileInfo the new version
     */
    public function append(S3Path $path, $bytes, int $offset): FileInfo
    {
        $this->checkRefusal($path);
        $headers = $this->hooks?->before($path) ?? [];
        $response = $this->expect(new Request('POST', $path->target(), $headers, $bytes, $offset), 200);
        $this->wrote($path, null);
        return FileInfo::file((int) $response->header('Aloft-Size'), time(), $response->header('ETag') ?? '');
    }

    public function delete(S3Path $path): void
    {
        $this->expect(new Request('DELETE', $path->target()), 204);
        $this->memory->forget($path);
    }

    /** True if this request wrote the file as a private one. */
    public function isKnownPrivate(S3Path $path): bool
    {
        return $this->memory->isPrivate($path) === true;
    }

    /** True if visitors can read the file by signed URLs only. Makes no exchange for a file that this request wrote. */
    public function isPrivate(S3Path $path): bool
    {
        return $this->memory->isPrivate($path) ?? $this->read($path, 0, 1)->file->isPrivate;
    }

    /** @param list<mixed> $list */
    private static function json(array $list): string
    {
        return json_encode($list, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    public function move(S3Path $from, S3Path $to): void
    {
        $this->checkRefusal($to);
        if ($this->hooks?->isPrivate($to)) {
            $this->requirePrivate($from);
        }
        $this->expect(new Request('MOVE', $from->target(), ['Destination' => $to->target()]), 201);
        $this->memory->forget($from);
        $this->memory->forget($to);
    }

    /** Marks a file as private before it replaces a private one. */
    private function requirePrivate(S3Path $path): void
    {
        foreach ($this->makePrivate($path->parent(), [$path->name()], true) as $error) {
            throw new AgentException("cannot make $error private first", AgentException::CONFLICT);
        }
    }

    /**
     * Takes a lock, and forgets cached state: the previous holder may have changed any file.
     *
     * @return ?Lock null if others hold it for the whole time
     */
    public function lock(S3Path $path, bool $isShared, int $waitSeconds): ?Lock
    {
        $lock = Lock::take($this->agent->connect(), $path, $isShared, $waitSeconds);
        $this->memory->forgetOthers();
        return $lock;
    }

    public function makeDirectory(S3Path $directory): void
    {
        $this->expect(new Request('MKCOL', $directory->directoryTarget()), 201);
        $this->memory->forget($directory);
    }

    public function removeDirectory(S3Path $directory): void
    {
        $this->expect(new Request('DELETE', $directory->directoryTarget()), 204);
        $this->memory->removePresentDirectory($directory);
        $this->memory->forget($directory);
    }

    /**
     * A page of a directory's entries.
     *
     * @param string  $prefix prefix of the names
     * @param ?string $after  the `next` of the page before
     * @param bool    $isDeep true for all files below the directory, by relative path
     */
    public function list(
        S3Path $directory,
        string $prefix = '',
        ?string $after = null,
        bool $isDeep = false,
    ): Listing {
        $fields = ['prefix' => $prefix, 'after' => (string) $after, 'depth' => $isDeep ? 'infinity' : ''];
        $given = array_filter($fields, static fn (string $value): bool => $value !== '');
        $query = http_build_query($given, '', '&', PHP_QUERY_RFC3986);
        $target = $directory->directoryTarget() . ($query === '' ? '' : "?$query");
        $response = $this->send(new Request('GET', $target));
        if ($response->status === 404 && $this->memory->isPresentDirectory($directory)) {
            return Listing::none();
        }
        return $response->status === 200 ? Listing::parse($response->body) : throw self::refusal($response);
    }

    /**
     * Lists the names with a prefix, and keeps them as a snapshot for one second.
     *
     * @return list<string>
     */
    public function namesLike(S3Path $directory, string $prefix): array
    {
        $snapshot = $this->memory->snapshotOf($directory, $prefix);
        if ($snapshot === null) {
            $snapshot = DirectorySnapshot::take($this, $directory, $prefix);
            $this->memory->keepSnapshot($snapshot);
        }
        return $snapshot->names($prefix);
    }

    /** Takes the names with a prefix as free, without asking: for one second, or until this request writes. */
    public function takeAsUnused(S3Path $directory, string $prefix): void
    {
        $this->memory->keepSnapshot(DirectorySnapshot::none($directory, $prefix));
    }

    /** @return array<string, string> */
    private function freshness(S3Path $path): array
    {
        $seconds = RequestMemory::OWN_WRITE_SECONDS;
        return $this->memory->wasWritten($path) ? ['Cache-Control' => "max-age=$seconds"] : [];
    }

    /** @param ?bool $isPrivate null if the write does not tell */
    private function wrote(S3Path $path, ?bool $isPrivate): void
    {
        $this->memory->forget($path);
        $this->memory->addWritten($path, $isPrivate);
        $this->hooks?->after($path);
    }

    /** @param bool $isWrite true for the write that is refused, after which others are not */
    private function checkRefusal(S3Path $path, bool $isWrite = true): void
    {
        $reason = $this->refusals[(string) $path] ?? null;
        if ($reason !== null) {
            if ($isWrite) {
                unset($this->refusals[(string) $path]);
            }
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
    }

    /** Answers a range at or behind the end. An empty file has no valid ranges and is read without one. */
    private function end(S3Path $path, int $from, Response $response): Window
    {
        if ($from > 0) {
            return new Window($from, '', FileInfo::ofRange($response));
        }
        $whole = $this->expect(new Request('GET', $path->target(), $this->freshness($path)), 200);
        return new Window(0, $whole->body, FileInfo::of($whole, strlen($whole->body)));
    }

    private function send(Request $request): Response
    {
        return $this->localNames?->answer($request) ?? $this->agent->send($request);
    }

    private function expect(Request $request, int $status): Response
    {
        $response = $this->send($request);
        if ($response->status === AgentException::CONDITION_FAILED) {
            $this->memory->forgetMissing(); // another process has made the file
        }
        return $response->status === $status ? $response : throw self::refusal($response);
    }

    private static function refusal(Response $response): AgentException
    {
        return LocalPath::in($response) ?? new AgentException($response->reason(), $response->status);
    }
}
