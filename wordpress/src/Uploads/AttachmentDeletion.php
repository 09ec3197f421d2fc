<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * Deletes the files of a deleted attachment together. WordPress and its plugins choose the files. They are collected
 * where WordPress would delete each one, and deleted in one exchange.
 */
final class AttachmentDeletion
{
    private const BATCH = 1000;

    private ?int $attachment = null;

    /** @var array<string, S3Path> the main file of an attachment that is being deleted, by its id */
    private array $mainFiles = [];

    /** @var array<string, array{S3Path, array<string, true>}> directory and names, by directory */
    private array $collected = [];

    public function __construct(private readonly Files $files)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('delete_attachment', $this->note(...), PHP_INT_MAX);
        $hooks->add('deleted_post', $this->begin(...), PHP_INT_MAX);
        $hooks->add('wp_delete_file', $this->collect(...), PHP_INT_MAX);
        $hooks->add('clean_post_cache', $this->end(...), PHP_INT_MIN);
        $hooks->add('shutdown', $this->removeCollected(...));
    }

    /** Notes the main file while the attachment still exists. */
    private function note(int|string $attachment): void
    {
        $file = get_attached_file((int) $attachment);
        if (S3Path::isS3($file)) {
            $this->mainFiles[(int) $attachment] = S3Path::parse($file);
        }
    }

    /** The attachment is deleted from the database. Its files follow. */
    private function begin(int|string $post): void
    {
        $file = $this->mainFiles[(int) $post] ?? null;
        unset($this->mainFiles[(int) $post]);
        if ($file === null) {
            return;
        }
        $this->removeCollected();
        $this->attachment = (int) $post;
        $this->prefetch($file);
    }

    /** Fetches the names that WordPress is about to ask for one by one. */
    private function prefetch(S3Path $file): void
    {
        $stem = preg_replace('/-(?:scaled|rotated|e\d+)$/', '', pathinfo($file->name(), PATHINFO_FILENAME));
        try {
            $this->files->namesLike($file->parent(), (string) $stem);
        } catch (AgentException) {
            // WordPress then asks for each file, and failures are reported at the end.
        }
    }

    /** An empty path makes WordPress skip its own deletion. */
    private function collect(mixed $file): mixed
    {
        if ($this->attachment === null || !S3Path::isS3($file)) {
            return $file;
        }
        if (!self::isDeleting()) {
            $this->removeCollected();
            return $file;
        }
        $path = S3Path::parse($file);
        $directory = $path->parent();
        $this->collected[(string) $directory] ??= [$directory, []];
        $this->collected[(string) $directory][1][$path->name()] = true;
        return '';
    }

    /** False after an exception has ended the deletion of the attachment. */
    private static function isDeleting(): bool
    {
        $functions = array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function');
        return in_array('wp_delete_attachment', $functions, true);
    }

    private function end(int|string $post): void
    {
        if ((int) $post === $this->attachment) {
            $this->removeCollected();
        }
    }

    private function removeCollected(): void
    {
        $this->attachment = null;
        $collected = $this->collected;
        $this->collected = [];
        foreach ($collected as [$directory, $names]) {
            foreach (array_chunk(array_map(strval(...), array_keys($names)), self::BATCH) as $batch) {
                $this->remove($directory, $batch);
            }
        }
    }

    /** @param list<string> $names */
    private function remove(S3Path $directory, array $names): void
    {
        try {
            $errors = $this->files->deleteAll($directory, $names);
        } catch (AgentException $refusal) {
            $errors = [$refusal->getMessage()];
        }
        foreach ($errors as $error) {
            trigger_error("aloft: cannot remove files of a deleted attachment in $directory: $error", E_USER_WARNING);
        }
    }
}
