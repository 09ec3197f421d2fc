<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * The same random operations on a local folder and on s3://: every result, every content, every size and whether there
 * is a warning are the same, but for what docs/reference/php-differences.md lists.
 *
 * ALOFT_SEED and ALOFT_OPERATIONS run one sequence of one's own, of any length.
 */
final class DifferentialTest extends WrapperTestCase
{
    private const SEEDS = 10;
    private const OPERATIONS = 600;
    private const SLOTS = 3;
    private const FILES = ['/a.txt', '/b', '/c d.jpg', '/ü%20?.x', '/d/e.txt', '/d/f', '/d/g/h.log', '/i/j.css'];
    private const DIRECTORIES = ['', '/d', '/d/g', '/i', '/k', '/i/l'];
    private const MODES = ['r', 'r+', 'w', 'w+', 'a', 'a+', 'x', 'x+', 'c', 'c+', 'rb', 'wt', 'r+b', 'ce', 'a+b'];

    /** @var list<array{string, string}> path and mode of what is open, by slot */
    private array $open = [];
    private int $compared = 0;

    /** @dataProvider seeds */
    public function testRandomOperationsDoTheSameOnBothSides(int $seed): void
    {
        $operations = self::operations($seed, (int) (getenv('ALOFT_OPERATIONS') ?: self::OPERATIONS));
        $difference = $this->differenceOf($operations);
        if ($difference !== null) {
            $shortened = $this->shorten(array_slice($operations, 0, $difference[0] + 1));
            $last = $this->differenceOf($shortened) ?? $difference;
            self::fail("seed $seed: " . self::describe($shortened, $last[1]));
        }
        self::assertGreaterThan(count($operations) / 3, $this->compared, 'so many operations can be compared');
    }

    /** @return iterable<array{int}> */
    public static function seeds(): iterable
    {
        $seed = getenv('ALOFT_SEED');
        foreach ($seed === false ? range(1, self::SEEDS) : [(int) $seed] as $seed) {
            yield "seed $seed" => [$seed];
        }
    }

    /** @return list<list<mixed>> */
    private static function operations(int $seed, int $count): array
    {
        mt_srand($seed);
        $operations = [];
        for ($i = 0; $i < $count; $i++) {
            $operations[] = self::operation();
        }
        return $operations;
    }

    /** @return list<mixed> */
    private static function operation(): array
    {
        $slot = mt_rand(0, self::SLOTS - 1);
        $file = self::one(self::FILES);
        $directory = self::one(self::DIRECTORIES);
        $bytes = str_repeat(chr(mt_rand(97, 122)), self::one([0, 1, 5, 100, 8192, 20_000])) . self::one(['', "\n"]);
        $offset = self::one([0, 1, 3, 100, 9000, 30_000]);
        return self::one([
            ['fopen', $slot, $file, self::one(self::MODES)],
            ['fopen', $slot, $file, self::one(self::MODES)],
            ['fclose', $slot],
            ['fread', $slot, $offset + 1],
            ['fgets', $slot],
            ['fgetc', $slot],
            ['stream_get_contents', $slot],
            ['fwrite', $slot, $bytes],
            ['fwrite', $slot, $bytes],
            ['fseek', $slot, self::one([$offset, -$offset]), self::one([SEEK_SET, SEEK_CUR, SEEK_END])],
            ['rewind', $slot],
            ['ftell', $slot],
            ['feof', $slot],
            ['ftruncate', $slot, $offset],
            ['fflush', $slot],
            ['fstat', $slot],
            ['flock', $slot, self::one([LOCK_SH, LOCK_EX, LOCK_UN]) | LOCK_NB],
            ['file_put_contents', $file, $bytes],
            ['file_put_contents', $file, $bytes, FILE_APPEND],
            ['file_put_contents', $file, $bytes, FILE_APPEND | LOCK_EX],
            ['file_get_contents', $file],
            ['file_get_contents', $file, false, null, $offset, $offset],
            ['file', $file],
            ['md5_file', $file],
            ['stat', self::one([$file, $directory])],
            ['filesize', $file],
            ['touch', $file],
            ['copy', $file, self::one(self::FILES)],
            ['rename', $file, self::one(self::FILES)],
            ['rename', $directory, self::one(self::DIRECTORIES)],
            ['unlink', self::one([$file, $file, $directory])],
            ['mkdir', $directory],
            ['mkdir', $directory],
            ['rmdir', self::one([$directory, $file])],
            ['scandir', self::one([$directory, $directory, $file])],
        ]);
    }

    private static function one(array $choices): mixed
    {
        return $choices[mt_rand(0, count($choices) - 1)];
    }

    /**
     * The first operation whose outcome is not the same, and how it differs.
     *
     * @param list<list<mixed>> $operations
     * @return ?array{int, string}
     */
    private function differenceOf(array $operations): ?array
    {
        $this->open = [];
        $this->compared = 0;
        $disk = new Side(sys_get_temp_dir() . '/aloft-differential-' . bin2hex(random_bytes(6)));
        $bucket = new Side("$this->directory/" . bin2hex(random_bytes(6)));
        try {
            foreach ($operations as $i => $operation) {
                if (!$this->isComparable($operation, $disk)) {
                    continue;
                }
                $this->compared++;
                [$onDisk, $inBucket] = [$disk->perform($operation), $bucket->perform($operation)];
                $this->note($operation, $onDisk[0]);
                if ($onDisk !== $inBucket) {
                    return [$i, 'on disk ' . self::show($onDisk) . ', on s3:// ' . self::show($inBucket)];
                }
                if ($i % 20 === 0 && $this->open === [] && $disk->tree() !== $bucket->tree()) {
                    return [$i, 'trees ' . self::show($disk->tree()) . ' and ' . self::show($bucket->tree())];
                }
            }
            return null;
        } finally {
            $disk->remove();
            $bucket->remove();
        }
    }

    /** True for operations that the page of differences promises to be the same on both sides. */
    private function isComparable(array $operation, Side $disk): bool
    {
        [$function, $on] = $operation;
        if (is_int($on) && $function !== 'fopen') {
            return $disk->isOpen($on)
                && !(in_array($function, ['fseek', 'ftell', 'rewind'], true) && $this->open[$on][1] === 'a');
        }
        $paths = array_values(array_filter(
            [is_int($on) ? $operation[2] : $on, in_array($function, ['copy', 'rename'], true) ? $operation[2] : null],
            is_string(...),
        ));
        if (is_int($on) && $disk->isOpen($on)) {
            return false;
        }
        if ($on === '' && in_array($function, ['rename', 'unlink', 'rmdir', 'mkdir'], true)) {
            return false; // it holds everything
        }
        foreach ($paths as $path) {
            if ($this->isInUse($path) || (self::creates($operation) && !is_dir($disk->root . dirname($path)))) {
                return false;
            }
        }
        $areDirectories = array_filter($paths, static fn (string $path): bool => is_dir($disk->root . $path));
        return $function !== 'rename' || count(array_unique($areDirectories)) < 2;
    }

    /** True for operations that may create a file, also in a missing directory. */
    private static function creates(array $operation): bool
    {
        return in_array($operation[0], ['file_put_contents', 'touch', 'copy', 'rename'], true)
            || ($operation[0] === 'fopen' && $operation[3][0] !== 'r');
    }

    private function isInUse(string $path): bool
    {
        foreach ($this->open as [$used]) {
            if ($used === $path || str_starts_with($used, "$path/") || $path === '') {
                return true;
            }
        }
        return false;
    }

    private function note(array $operation, mixed $result): void
    {
        if ($operation[0] === 'fopen' && $result === true) {
            $this->open[$operation[1]] = [$operation[2], $operation[3]];
        } elseif ($operation[0] === 'fclose') {
            unset($this->open[$operation[1]]);
        }
    }

    /**
     * Leaves out what is not needed for the sequence to end differently.
     *
     * @param list<list<mixed>> $operations
     * @return list<list<mixed>>
     */
    private function shorten(array $operations): array
    {
        for ($size = intdiv(count($operations), 2); $size >= 1; $size = intdiv($size, 2)) {
            for ($start = 0; $start + $size < count($operations);) {
                $fewer = [...array_slice($operations, 0, $start), ...array_slice($operations, $start + $size)];
                if ($this->differenceOf($fewer) !== null) {
                    $operations = $fewer;
                } else {
                    $start += $size;
                }
            }
        }
        return $operations;
    }

    /** @param list<list<mixed>> $operations */
    private static function describe(array $operations, string $difference): string
    {
        $lines = array_map(
            static fn (array $operation): string => "  $operation[0](" . implode(', ', array_map(
                self::show(...),
                array_slice($operation, 1),
            )) . ')',
            $operations,
        );
        return "the last of these differs: $difference\n" . implode("\n", $lines);
    }

    private static function show(mixed $value): string
    {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR;
        $text = (string) json_encode($value, $flags);
        return strlen($text) > 300 ? substr($text, 0, 300) . '… of ' . strlen($text) : $text;
    }
}
