<?php

declare(strict_types=1);

namespace Aloft\Library;

/**
 * Rows sorted by their first field, byte by byte as S3 sorts keys, in bounded memory: what exceeds the limit is kept in
 * temporary files.
 *
 * Control characters in a field are escaped. No object's key has one.
 */
final class SortedRows
{
    private const MAX_IN_MEMORY = 100_000;

    /** @var list<string> */
    private array $lines = [];

    /** @var list<resource> files of sorted lines */
    private array $runs = [];

    public function __construct(private readonly int $maxInMemory = self::MAX_IN_MEMORY)
    {
    }

    public function add(string ...$fields): void
    {
        $this->lines[] = implode("\t", array_map(
            static fn (string $field): string => addcslashes($field, "\0..\37\177"),
            $fields,
        ));
        if (count($this->lines) >= $this->maxInMemory) {
            $this->runs[] = $this->storedRun();
        }
    }

    /**
     * All rows in order. To be read once, after the last was added.
     *
     * @return \Generator<list<string>>
     */
    public function read(): \Generator
    {
        sort($this->lines, SORT_STRING);
        $lines = $this->runs === [] ? $this->lines : $this->merged();
        foreach ($lines as $line) {
            yield explode("\t", $line);
        }
    }

    /** @return resource */
    private function storedRun()
    {
        sort($this->lines, SORT_STRING);
        $file = tmpfile();
        $text = implode("\n", $this->lines) . "\n";
        if ($file === false || fwrite($file, $text) !== strlen($text)) {
            throw new \RuntimeException('cannot write a temporary file into ' . sys_get_temp_dir());
        }
        rewind($file);
        $this->lines = [];
        return $file;
    }

    /** @return \Generator<string> */
    private function merged(): \Generator
    {
        $runs = [...$this->runs, $this->storedRun()];
        $heap = new class extends \SplMinHeap {
            protected function compare(mixed $one, mixed $other): int
            {
                return strcmp($other[0], $one[0]);
            }
        };
        foreach ($runs as $run) {
            self::insertNext($heap, $run);
        }
        while (!$heap->isEmpty()) {
            [$line, $run] = $heap->extract();
            yield $line;
            self::insertNext($heap, $run);
        }
    }

    /** @param resource $run */
    private static function insertNext(\SplMinHeap $heap, $run): void
    {
        $line = fgets($run);
        if ($line !== false && $line !== "\n") {
            $heap->insert([substr($line, 0, -1), $run]);
        }
    }
}
