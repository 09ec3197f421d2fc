<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\LocalPath;
use Aloft\Files\S3Path;

/**
 * An open directory: names in byte order, with one page of them in memory.
 */
final class DirectoryReader
{
    /** @var list<string> */
    private array $names = [];
    private int $position = 0;
    private ?string $next = null;
    private bool $isFirstPage = true;

    private function __construct(
        private readonly Files $files,
        private readonly S3Path $directory,
        private readonly string $prefix,
        private readonly StreamOptions $options,
    ) {
    }

    /**
     * Opens a directory. A name that ends in "*" lists the matching names of the parent directory.
     *
     * @throws AgentException when there is no such directory
     */
    public static function open(Files $files, S3Path $path, StreamOptions $options): self
    {
        $reader = str_ends_with($path->key, '*') && !$path->isDirectory
            ? new self($files, $path->parent(), substr($path->name(), 0, -1), $options)
            : new self($files, $path, '', $options);
        $reader->fetch(null);
        return $reader;
    }

    /** Opens a directory that is kept on this host. */
    public static function local(Files $files, S3Path $path, StreamOptions $options, LocalPath $place): self
    {
        $names = @scandir($place->path)
            ?: throw new AgentException("cannot list $place->path", AgentException::NOT_FOUND);
        $reader = new self($files, $path, '', $options);
        $reader->names = array_values(array_diff($names, ['.', '..']));
        return $reader;
    }

    /** Null after the last. */
    public function read(): ?string
    {
        while ($this->position === count($this->names) && $this->next !== null) {
            $this->fetch($this->next);
            $this->isFirstPage = false;
        }
        return $this->names[$this->position++] ?? null;
    }

    public function rewind(): void
    {
        if (!$this->isFirstPage) {
            $this->fetch(null);
            $this->isFirstPage = true;
        }
        $this->position = 0;
    }

    private function fetch(?string $after): void
    {
        $page = $this->files->list($this->directory, $this->prefix, $after, $this->options->isDeep());
        $shown = array_filter(
            $page->names(),
            fn (string $name): bool => $this->options->shows($this->directory, $name, $page->entries[$name]),
        );
        $this->names = array_values($shown);
        $this->next = $page->next;
        $this->position = 0;
    }
}
