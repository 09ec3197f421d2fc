<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\Agent;
use Aloft\Agent\AgentException;
use Aloft\Agent\Request;
use Aloft\Agent\Response;

/**
 * The files of the bucket, as one PHP request sees them: each method is one exchange with the agent at most.
 *
 * It remembers what this request itself did or was told, and no more: which files it wrote (they are read back
 * from what the agent holds, without asking S3), which directories WordPress is about to use, which name it
 * took for free, and for one second the last look at a directory.
 *
 * Everything throws {@see AgentException} when it cannot be done.
 */
final class Files
{
    /** For so long a missing path is not asked for again: as far as a stat may be behind another server's change. */
    private const MISSING_SECONDS = 1.0;
    private const MISSING_PATHS = 1000;

    /** For so long the agent may answer a read of this request's own writes from what it holds. */
    private const OWN_WRITE_SECONDS = 60;

    /** @var array<string, float> when this request wrote them, by path */
    private array $written = [];

    /** @var array<string, true> */
    private array $presentDirectories = [];

    /** @var array<string, true> */
    private array $freeNames = [];

    /** @var array<string, string> why, by path */
    private array $refusals = [];

    /** @var array<string, true> what this request made private, by path */
    private array $private = [];

    private ?DirectorySnapshot $snapshot = null;

    /** @var array<string, float> when a path was found to be missing, the oldest first */
    private array $missing = [];

    /**
     * @param ?PutObjectHooks $hooks     what is said of each write, and to whom; null outside WordPress
     * @param ?LocalNames      $localNames what this request keeps on the host beside the site's rules
     */
    public function __construct(
        private readonly Agent $agent,
        private readonly ?PutObjectHooks $hooks = null,
        public readonly ?LocalNames $localNames = null,
    ) {
    }

    /** A directory that need not be asked for, because it comes into being with its first file. */
    public function takeAsPresent(S3Path $directory): void
    {
        for ($path = $directory; $path->key !== ''; $path = $path->parent()) {
            $this->presentDirectories[(string) $path] = true;
        }
    }

    /** A name that was found free: the first write there fails, rather than replaces a file that came since. */
    public function takeAsFree(S3Path $path): void
    {
        $this->freeNames[(string) $path] = true;
    }

    /** The next attempt to write there fails for that reason, without asking the agent. */
    public function refuseOnce(S3Path $path, string $reason): void
    {
        $this->refusals[(string) $path] = $reason;
    }

    /**
     * What the agent says of itself and its store.
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

    /** Null when there is neither file nor directory. */
    public function stat(S3Path $path): ?FileInfo
    {
        if (isset($this->presentDirectories[(string) $path])) {
            return FileInfo::directory();
        }
        if ($this->snapshot?->knows($path)) {
            return $this->snapshot->stat($path);
        }
        $asked = microtime(true);
        if ($asked < ($this->missing[(string) $path] ?? 0.0) + self::MISSING_SECONDS) {
            return null;
        }
        $response = $this->send(new Request('HEAD', $path->target(), $this->freshness($path)));
        return match ($response->status) {
            200 => FileInfo::of($response, (int) $response->header('Content-Length')),
            404 => $this->missed($path, $asked),
            default => throw self::refusal($response),
        };
    }

    /** @return null */
    private function missed(S3Path $path, float $asked): ?FileInfo
    {
        unset($this->missing[(string) $path]);
        $this->missing[(string) $path] = $asked;
        if (count($this->missing) > self::MISSING_PATHS) {
            unset($this->missing[array_key_first($this->missing)]);
        }
        return null;
    }

    /**
     * The bytes from there on, at most that many; fewer, or none, at the end of the file.
     *
     * @param string $etag the version that is meant; empty for the newest
     */
    public function read(S3Path $path, int $from, int $length, string $etag = ''): Window
    {
        $headers = ['Range' => "bytes=$from-" . ($from + $length - 1)] + $this->freshness($path);
        if ($etag !== '') {
            $headers['If-Match'] = $etag;
        }
        $response = $this->send(new Request('GET', $path->target(), $headers));
        return match ($response->status) {
            200 => new Window(0, $response->body, FileInfo::of($response, strlen($response->body))),
            206 => new Window($from, $response->body, FileInfo::of($response, self::sizeOf($response))),
            416 => $this->end($path, $from, $response),
            default => throw self::refusal($response),
        };
    }

    /** May this file be written? Costs no call to S3 while the agent has no reason to doubt it. */
    public function checkWritable(S3Path $path): void
    {
        $this->checkRefusal($path);
        $this->expect(new Request('OPTIONS', $path->target()), 204);
    }

    /**
     * Replaces the file as a whole, or makes it.
     *
     * @param string|resource $bytes text, or a local stream that is sent from its beginning
     * @return string the new version's ETag
     */
    public function put(S3Path $path, mixed $bytes, Condition $condition): string
    {
        $this->checkRefusal($path);
        if ($condition->isNone() && isset($this->freeNames[(string) $path])) {
            $condition = Condition::absent();
        }
        $headers = $condition->headers + ($this->hooks?->before($path) ?? []);
        $response = $this->expect(new Request('PUT', $path->target(), $headers, $bytes), 201);
        $this->wrote($path, isset($headers['Aloft-Private']));
        return $response->header('ETag') ?? '';
    }

    /**
     * Appends what the stream holds from an offset on, and makes the file when it is missing.
     *
     * @param resource $bytes
     * @return FileInfo the new version
     */
    public function append(S3Path $path, $bytes, int $offset): FileInfo
    {
        $this->checkRefusal($path);
        $headers = $this->hooks?->before($path) ?? [];
        $response = $this->expect(new Request('POST', $path->target(), $headers, $bytes, $offset), 200);
        $this->wrote($path, false);
        return FileInfo::file((int) $response->header('Aloft-Size'), time(), $response->header('ETag') ?? '');
    }

    public function delete(S3Path $path): void
    {
        $this->expect(new Request('DELETE', $path->target()), 204);
        $this->changed($path);
    }

    /**
     * Removes files of one directory, in one exchange.
     *
     * @param list<string> $names at most 1,000 of them; one that is missing counts as removed
     * @return list<string> what could not be removed, and why
     */
    public function deleteAll(S3Path $directory, array $names): array
    {
        $errors = $this->forMany($directory, 'delete', $names)['errors'] ?? [];
        foreach ($names as $name) {
            $this->changed($directory->child($name));
        }
        return self::errorLines($errors);
    }

    /**
     * Lets visitors read files of one directory only by a signed URL, or lets everyone again.
     *
     * @param list<string> $names at most 1,000 of them
     * @return list<string> what could not be done, and why
     */
    public function makePrivate(S3Path $directory, array $names, bool $isPrivate): array
    {
        $errors = $this->forMany($directory, $isPrivate ? 'private' : 'public', $names)['errors'] ?? [];
        foreach ($names as $name) {
            unset($this->private[(string) $directory->child($name)]);
        }
        return self::errorLines($errors);
    }

    /** Whether this request itself wrote the file as a private one. */
    public function isKnownPrivate(S3Path $path): bool
    {
        return isset($this->private[(string) $path]);
    }

    /**
     * Signs the URLs of files, for so many seconds or a little longer.
     *
     * @param list<string> $names at most 1,000 of them, below the directory
     * @return list<string> a query for each, in their order
     */
    public function sign(S3Path $directory, array $names, int $seconds): array
    {
        return $this->queries($directory, "sign=$seconds", $names);
    }

    /**
     * Signs the URLs of pictures.
     *
     * @param list<string> $pictures at most 1,000 originals below the directory, each with what is asked of it
     * @return list<string> a query for each, in their order
     */
    public function signPictures(S3Path $directory, array $pictures): array
    {
        return $this->queries($directory, 'pictures', $pictures);
    }

    /**
     * @param list<string> $names
     * @return list<string>
     */
    private function queries(S3Path $directory, string $what, array $names): array
    {
        $queries = $this->forMany($directory, $what, $names)['queries'] ?? [];
        if (count($queries) !== count($names)) {
            $reason = 'the agent signed ' . count($queries) . ' of ' . count($names);
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
        return $queries;
    }

    /**
     * @param list<string> $names
     * @return array<string, mixed> the agent's report
     */
    private function forMany(S3Path $directory, string $what, array $names): array
    {
        $body = json_encode($names, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        $response = $this->expect(new Request('POST', $directory->directoryTarget() . "?$what", [], $body), 200);
        $report = json_decode($response->body, true);
        return is_array($report) ? $report : [];
    }

    /**
     * @param list<array{name: string, reason: string}> $errors
     * @return list<string>
     */
    private static function errorLines(array $errors): array
    {
        return array_map(static fn (array $error): string => "{$error['name']}: {$error['reason']}", $errors);
    }

    public function move(S3Path $from, S3Path $to): void
    {
        $this->checkRefusal($to);
        if ($this->hooks?->isPrivate($to)) {
            $this->requirePrivate($from);
        }
        $this->expect(new Request('MOVE', $from->target(), ['Destination' => $to->target()]), 201);
        $this->changed($from);
        $this->changed($to);
    }

    /** What takes a private file's place is private before it does. */
    private function requirePrivate(S3Path $path): void
    {
        foreach ($this->makePrivate($path->parent(), [$path->name()], true) as $error) {
            throw new AgentException("cannot make $error private first", AgentException::CONFLICT);
        }
    }

    /**
     * Takes a lock, and forgets what was seen before it: whoever held it may have changed anything.
     *
     * @return ?Lock null when others hold it and do not give it back within that time
     */
    public function lock(S3Path $path, bool $isShared, int $waitSeconds): ?Lock
    {
        $lock = Lock::take($this->agent->connect(), $path, $isShared, $waitSeconds);
        $this->snapshot = null;
        $this->missing = [];
        clearstatcache();
        return $lock;
    }

    public function makeDirectory(S3Path $directory): void
    {
        $this->expect(new Request('MKCOL', $directory->directoryTarget()), 201);
        $this->changed($directory);
    }

    public function removeDirectory(S3Path $directory): void
    {
        $this->expect(new Request('DELETE', $directory->directoryTarget()), 204);
        unset($this->presentDirectories[(string) $directory]);
        $this->changed($directory);
    }

    /**
     * A page of a directory's entries.
     *
     * @param string  $prefix only names that begin so
     * @param ?string $after  the `next` of the page before
     * @param bool    $isDeep all files below the directory, by their paths from there
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
        if ($response->status === 404 && isset($this->presentDirectories[(string) $directory])) {
            return Listing::none();
        }
        return $response->status === 200 ? Listing::parse($response->body) : throw self::refusal($response);
    }

    /**
     * Lists the names that begin so, and for one second answers questions about them from that.
     *
     * @return list<string>
     */
    public function namesLike(S3Path $directory, string $prefix): array
    {
        if (!$this->snapshot?->covers($directory, $prefix)) {
            $this->snapshot = null;
            $this->snapshot = $this->snapshotOf($directory, $prefix);
        }
        return $this->snapshot->names($prefix);
    }

    private function snapshotOf(S3Path $directory, string $prefix): DirectorySnapshot
    {
        $taken = microtime(true);
        $entries = [];
        $next = null;
        do {
            $page = $this->list($directory, $prefix, $next);
            $entries += $page->entries;
            $next = $page->next;
        } while ($next !== null);
        return new DirectorySnapshot($directory, $prefix, $entries, $taken);
    }

    /** @return array<string, string> */
    private function freshness(S3Path $path): array
    {
        $age = microtime(true) - ($this->written[(string) $path] ?? 0.0);
        return $age < self::OWN_WRITE_SECONDS ? ['Cache-Control' => 'max-age=' . self::OWN_WRITE_SECONDS] : [];
    }

    private function wrote(S3Path $path, bool $isPrivate): void
    {
        $this->changed($path);
        if ($isPrivate) {
            $this->private[(string) $path] = true;
        }
        $this->written[(string) $path] = microtime(true);
        $this->hooks?->after($path);
    }

    /** PHP keeps the last stat and does not know that this path has changed. */
    private function changed(S3Path $path): void
    {
        clearstatcache(true, (string) $path);
        unset($this->written[(string) $path], $this->freeNames[(string) $path], $this->private[(string) $path]);
        $this->snapshot = null;
        $this->missing = [];
    }

    private function checkRefusal(S3Path $path): void
    {
        $reason = $this->refusals[(string) $path] ?? null;
        if ($reason !== null) {
            unset($this->refusals[(string) $path]);
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
    }

    /** A range that begins at the end or behind it. An empty file has no other ranges, and is read without one. */
    private function end(S3Path $path, int $from, Response $response): Window
    {
        if ($from > 0) {
            return new Window($from, '', FileInfo::of($response, self::sizeOf($response)));
        }
        $whole = $this->expect(new Request('GET', $path->target(), $this->freshness($path)), 200);
        return new Window(0, $whole->body, FileInfo::of($whole, strlen($whole->body)));
    }

    private static function sizeOf(Response $response): int
    {
        $range = $response->header('Content-Range') ?? '';
        if (preg_match('~^bytes [^/]+/(\d+)$~', $range, $match) !== 1) {
            $reason = "the agent answered a range without its file's size: $range";
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
        return (int) $match[1];
    }

    private function send(Request $request): Response
    {
        return $this->localNames?->answer($request) ?? $this->agent->send($request);
    }

    private function expect(Request $request, int $status): Response
    {
        $response = $this->send($request);
        if ($response->status === AgentException::CONDITION_FAILED) {
            $this->missing = []; // somebody has made it
        }
        return $response->status === $status ? $response : throw self::refusal($response);
    }

    private static function refusal(Response $response): AgentException
    {
        return LocalPath::in($response) ?? new AgentException($response->reason(), $response->status);
    }
}
