<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\Response;

/**
 * What is known of a file or directory, and how stat() tells it.
 */
final class FileInfo
{
    private const FILE_MODE = 0100666;
    private const DIRECTORY_MODE = 0040777;

    /** @var array{int, int}|null the user and group of this process */
    private static ?array $owner = null;

    /**
     * @param int    $size     in bytes
     * @param int    $modified in seconds since 1970; 0 when it is not known
     * @param string $etag     of this version, with its quotes; empty for a directory, or when it is not known
     */
    private function __construct(
        public readonly bool $isDirectory,
        public readonly int $size,
        public readonly int $modified,
        public readonly string $etag,
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

    /** @param int $size the whole file's, which Content-Length is not in the answer to a range */
    public static function of(Response $response, int $size): self
    {
        return $response->header('Aloft-Kind') === 'directory'
            ? self::directory()
            : self::file(
                $size,
                self::time($response->header('Last-Modified') ?? ''),
                $response->header('ETag') ?? '',
            );
    }

    /** "Fri, 27 Nov 2026 19:49:15 GMT" (RFC 9110, 5.6.7), read in a quarter of the time that strtotime() takes. */
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
     * The mode lets everyone write, as the agent decides that; and PHP compares the owner with the process.
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
