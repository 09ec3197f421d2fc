<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * A folder on which PHP's file functions are performed, with the handles that are open on it. What comes back of an
 * operation is what a caller sees: the value, and whether there was a warning.
 */
final class Side
{
    /** @var array<int, resource> */
    private array $handles = [];

    public function __construct(public readonly string $root)
    {
        mkdir($root);
    }

    /**
     * @param list<mixed> $operation a function's name and its arguments, without what they are relative to
     * @return array{mixed, bool}
     */
    public function perform(array $operation): array
    {
        $warned = false;
        set_error_handler(static function () use (&$warned): bool {
            return $warned = true;
        });
        try {
            return [$this->value(...$operation), &$warned];
        } catch (\RuntimeException | \TypeError $thrown) {
            return [$thrown::class, true];
        } finally {
            restore_error_handler();
        }
    }

    public function isOpen(int $slot): bool
    {
        return isset($this->handles[$slot]);
    }

    /** All files with their content and all directories, by path. @return array<string, ?string> */
    public function tree(string $below = ''): array
    {
        $found = [];
        foreach ($this->names($this->root . $below) as $name) {
            $path = "$below/$name";
            if (is_dir($this->root . $path)) {
                $found += [$path => null] + $this->tree($path);
            } else {
                $found[$path] = md5((string) file_get_contents($this->root . $path));
            }
        }
        ksort($found);
        return $found;
    }

    public function remove(): void
    {
        array_map(fclose(...), $this->handles);
        $this->handles = [];
        foreach (array_reverse(array_keys($this->tree())) as $path) {
            is_dir($this->root . $path) ? rmdir($this->root . $path) : unlink($this->root . $path);
        }
        rmdir($this->root);
    }

    private function value(string $function, int|string $on, mixed ...$rest): mixed
    {
        return is_int($on) ? $this->ofHandle($function, $on, ...$rest) : $this->ofPath($function, $on, ...$rest);
    }

    private function ofHandle(string $function, int $slot, mixed ...$rest): mixed
    {
        if ($function === 'fopen') {
            $handle = fopen($this->root . $rest[0], $rest[1]);
            if ($handle !== false) {
                $this->handles[$slot] = $handle;
            }
            return $handle !== false;
        }
        $handle = $this->handles[$slot];
        if ($function === 'fclose') {
            unset($this->handles[$slot]);
        }
        return match ($function) {
            'fstat' => fstat($handle)['size'],
            'fread' => self::read($handle, ...$rest),
            default => $function($handle, ...$rest),
        };
    }

    /**
     * As the manual of fread() says one should: it may give less than there is.
     *
     * @param resource $handle
     */
    private static function read($handle, int $count): string|false
    {
        $bytes = '';
        do {
            $more = fread($handle, $count - strlen($bytes));
            $bytes .= $more;
        } while ((string) $more !== '' && strlen($bytes) < $count);
        return $more === false ? false : $bytes;
    }

    private function ofPath(string $function, string $path, mixed ...$rest): mixed
    {
        $path = $this->root . $path;
        return match ($function) {
            'copy', 'rename' => $function($path, $this->root . $rest[0]),
            'mkdir' => $this->makeEach($path),
            'scandir' => $this->names($path),
            'stat' => $this->stat($path),
            default => $function($path, ...$rest),
        };
    }

    /** Each directory by itself: of those above the last, mkdir(…, true) keeps none on s3:// that is empty. */
    private function makeEach(string $path): bool
    {
        $above = dirname($path);
        return ($above === $this->root || is_dir($above) || $this->makeEach($above)) && mkdir($path);
    }

    /** @return list<string>|false without the dots, in the order of their bytes */
    private function names(string $directory): array|false
    {
        $names = scandir($directory);
        if ($names === false) {
            return false;
        }
        $names = array_values(array_diff($names, ['.', '..']));
        sort($names, SORT_STRING);
        return $names;
    }

    /** @return array<string, mixed>|false */
    private function stat(string $path): array|false
    {
        clearstatcache();
        $stat = stat($path);
        return $stat === false ? false : [
            'kind' => filetype($path),
            'size' => is_dir($path) ? 0 : $stat['size'],
            'is new' => abs($stat['mtime'] - time()) < 600 || is_dir($path),
            'usable' => [is_readable($path), is_writable($path), is_link($path), file_exists($path), is_file($path)],
        ];
    }
}
