<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Response;

/**
 * Metadata of a file or directory, in the form of stat().
 */
final class FileInfo
{
    private const FILE_MODE = 0100666;
    private const DIRECTORY_MODE = 0040777;

    /** @var array{int, int}|null the user and group of this process */
    private static ?array $owner = null;

    /**
     * @param int    $size      in bytes
     * @param int    $modified  in seconds since 1970; 0 if unknown
     * @param string $etag      of this version, with quotes; empty for a directory or if unknown
     * @param string $type      Content-Type; empty for a directory or if unknown
     * @param bool   $isPrivate true if a read has shown that visitors need a signed URL
     */
    private function __construct(
        public readonly bool $isDirectory,
        public readonly int $size,
        public readonly int $modified,
        public readonly string $etag,
        public readonly string $type = '',
        public readonly bool $isPrivate = false,
    ) {
    }

    public static function directory(): self
    {
        return new self(true, 0, 0, '');
    }

    public static function file(int $size, int $modified, string $etag = ''): self
    {
        return new self(false, $size, $modified, $etag);
    }

    /** @param int $size size of the whole file; Content-Length of a range is not */
    public static function of(Response $response, int $size): self
    {
        return $response->header('Aloft-Kind') === 'directory'
            ? self::directory()
            : new self(
                false,
                $size,
                self::time($response->header('Last-Modified') ?? ''),
                $response->header('ETag') ?? '',
                $response->header('Content-Type') ?? '',
                $response->header('Aloft-Private') !== null,
            );
    }

    /** The file of a range, with the size that Content-Range gives. */
    public static function ofRange(Response $response): self
    {
        $range = $response->header('Content-Range') ?? '';
        if (preg_match('~^bytes [^/]+/(\d+)$~', $range, $match) !== 1) {
            $reason = "the agent answered a range without its file's size: $range";
            throw new AgentException($reason, AgentException::NO_ANSWER);
        }
        return self::of($response, (int) $match[1]);
    }

    /** Parses "Fri, 27 Nov 2026 19:49:15 GMT" (RFC 9110, 5.6.7) in a quarter of the time of strtotime(). */
    private static function time(string $date): int
    {
        $month = strpos('JanFebMarAprMayJunJulAugSepOctNovDec', substr($date, 8, 3));
        return strlen($date) !== 29 || $month === false ? 0 : (int) gmmktime(
            (int) substr($date, 17, 2),
            (int) substr($date, 20, 2),
            (int) substr($date, 23, 2),
            intdiv($month, 3) + 1,
            (int) substr($date, 5, 2),
            (int) substr($date, 12, 4),
        );
    }

    /**
     * The mode allows everyone to write, because the agent decides. PHP compares the owner with the process.
     *
     * @return array<string, int>
     */
    public function stat(): array
    {
        [$user, $group] = self::$owner ??= function_exists('posix_geteuid')
            ? [posix_geteuid(), posix_getegid()]
            : [0, 0];
        return [
            'dev' => 0,
            'ino' => 0,
            'mode' => $this->isDirectory ? self::DIRECTORY_MODE : self::FILE_MODE,
            'nlink' => 1,
            'uid' => $user,
            'gid' => $group,
            'rdev' => 0,
            'size' => $this->size,
            'atime' => $this->modified,
            'mtime' => $this->modified,
            'ctime' => $this->modified,
            'blksize' => -1,
            'blocks' => -1,
        ];
    }
}
