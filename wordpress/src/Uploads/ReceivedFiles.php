<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\Condition;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\Files\WritePrivacy;

/**
 * Sends a received file straight to the agent: one PUT, under a unique name.
 *
 * Each server writes only where no file exists, and moves on to the next number otherwise. So two servers that choose
 * the same name at the same moment both keep their file. A failure becomes WordPress's own upload error, with the
 * reason.
 */
final class ReceivedFiles
{
    private const NAMES_TO_TRY = 100;

    /** WordPress 7.1 stores a size that the browser has made. */
    private const SIDELOAD = '~^/wp/v2/media/(\d+)/sideload$~i';

    /** @var array<string, S3Path> actual path, by the path that WordPress chose */
    private array $renamed = [];
    private ?AgentException $failure = null;

    /** @var array<string, AgentException> directories whose names could not be listed for the next new name */
    private array $unlisted = [];

    /** Prefix of the names that WordPress is about to ask for. */
    private ?string $expected = null;

    private readonly RestRequests $requests;

    public function __construct(private readonly Files $files, private readonly WritePrivacy $privacy)
    {
        $this->requests = new RestRequests();
    }

    public function register(Hooks $hooks): void
    {
        $this->requests->register($hooks);
        foreach (['upload', 'sideload'] as $action) {
            $hooks->add("wp_handle_{$action}_overrides", $this->begin(...), PHP_INT_MAX, 2);
        }
        $hooks->add('upload_dir', $this->prefetch(...), PHP_INT_MAX);
        $hooks->add('pre_wp_unique_filename_file_list', $this->namesLike(...), 10, 3);
        $hooks->add('wp_unique_filename', $this->takeAsFree(...), PHP_INT_MAX, 6);
        $hooks->add('pre_move_uploaded_file', $this->move(...), PHP_INT_MAX, 3);
        $hooks->add('wp_handle_upload', $this->reportRenamed(...), PHP_INT_MIN);
    }

    /**
     * An upload begins. If storing it fails, the reason replaces "could not be moved".
     *
     * @param array<string, mixed>|false|null $overrides
     * @param array<string, mixed>            $file      of $_FILES
     * @return array<string, mixed>
     */
    private function begin(mixed $overrides, array $file): array
    {
        $this->failure = null;
        $this->expected = self::stem((string) ($file['name'] ?? ''));
        $overrides = is_array($overrides) ? $overrides : [];
        $report = $overrides['upload_error_handler'] ?? 'wp_handle_upload_error';
        $overrides['upload_error_handler'] = function (&$file, $message) use ($report): mixed {
            if ($this->failure !== null) {
                /* translators: 1: name of a file, 2: reason */
                $message = __('%1$s could not be stored: %2$s', 'aloft');
                $message = sprintf($message, $file['name'], $this->failure->getMessage());
                $this->failure = null;
            }
            return call_user_func_array($report, [&$file, $message]);
        };
        return $overrides;
    }

    /**
     * WordPress has the directory and will ask for one name after another: fetches them together. A size of an
     * attachment, which a browser has made, has a name of its own: it is taken as free until the write says otherwise.
     *
     * @param array<string, mixed> $uploads
     * @return array<string, mixed>
     */
    private function prefetch(array $uploads): array
    {
        $stem = $this->expected;
        $this->expected = null;
        if ($stem !== null && S3Path::isS3($uploads['path'])) {
            $directory = S3Path::parse($uploads['path']);
            $this->isSizeOfAttachment($stem)
                ? $this->files->takeAsUnused($directory, $stem)
                : $this->list($directory, $stem);
        }
        return $uploads;
    }

    private function isSizeOfAttachment(string $stem): bool
    {
        $request = array_slice($this->requests->inProgress(), -1)[0] ?? null;
        if ($request === null || preg_match(self::SIDELOAD, $request->get_route(), $match) !== 1) {
            return false;
        }
        $attachment = pathinfo((string) get_attached_file((int) $match[1], true), PATHINFO_FILENAME);
        return preg_match('/^' . preg_quote($attachment, '/') . '-(?:\d+x\d+|scaled)$/', $stem) === 1;
    }

    /**
     * Names in the directory with this prefix, instead of all files of a month.
     *
     * @param ?list<string> $names
     * @return ?list<string>
     */
    private function namesLike(?array $names, string $directory, string $filename): ?array
    {
        return $names === null && S3Path::isS3($directory)
            ? $this->list(S3Path::parse($directory), pathinfo($filename, PATHINFO_FILENAME))
            : $names;
    }

    /**
     * Without a listing no name is known to be free, and the write to it must fail.
     *
     * @return list<string>
     */
    private function list(S3Path $directory, string $prefix): array
    {
        unset($this->unlisted[(string) $directory]);
        try {
            return $this->files->namesLike($directory, $prefix);
        } catch (AgentException $refusal) {
            $this->unlisted[(string) $directory] = $refusal;
            return [];
        }
    }

    /**
     * For functions that write to that name themselves, such as wp_upload_bits(). Where WordPress avoids the names of
     * other sizes it increases the number without asking for the file again: then the next free name is used. If no
     * name is known to be free, the write fails.
     *
     * @param mixed $alternatives names of other types
     * @param mixed $number       that WordPress has added; not numeric for none
     */
    private function takeAsFree(
        string $filename,
        string $extension,
        string $directory,
        mixed $callback = null,
        mixed $alternatives = [],
        mixed $number = '',
    ): string {
        if (!S3Path::isS3($directory)) {
            return $filename;
        }
        $path = S3Path::parse("$directory/$filename");
        $refusal = $this->unlisted[(string) $path->parent()] ?? null;
        unset($this->unlisted[(string) $path->parent()]);
        try {
            if ($refusal !== null) {
                throw $refusal;
            }
            if (is_numeric($number)) {
                $stem = preg_replace('/-' . (int) $number . '(\.[^.]*)?$/', '', $filename);
                $path = $this->nextFree($path, (string) $stem);
            }
            $this->files->takeAsFree($path);
        } catch (AgentException $refusal) {
            $this->files->refuseOnce($path, $refusal->getMessage());
        }
        return $path->name();
    }

    private function nextFree(S3Path $path, string $stem): S3Path
    {
        for ($tries = 0; $this->files->stat($path) !== null; $tries++) {
            if ($tries === self::NAMES_TO_TRY) {
                $reason = 'the names up to ' . $path->name() . ' are taken';
                throw new AgentException($reason, AgentException::CONDITION_FAILED);
            }
            $path = $this->numbered($path, $stem);
        }
        return $path;
    }

    /**
     * Stores the file. WordPress takes any result but null as success, so a failure returns null; WordPress then tries
     * itself and fails at once.
     *
     * @param mixed                $moved result of another plugin
     * @param array<string, mixed> $file  of $_FILES
     */
    private function move(mixed $moved, array $file, string $target): mixed
    {
        if ($moved !== null || !S3Path::isS3($target)) {
            return $moved;
        }
        $path = S3Path::parse($target);
        try {
            $written = $this->write($path, (string) $file['tmp_name'], (string) $file['name']);
        } catch (AgentException $refusal) {
            $this->failure = $refusal;
            $this->files->refuseOnce($path, $refusal->getMessage());
            return null;
        }
        unset($this->renamed[$target]);
        if ((string) $written !== (string) $path) {
            $this->renamed[$target] = $written;
        }
        @unlink((string) $file['tmp_name']);
        return true;
    }

    private function write(S3Path $path, string $temporary, string $wanted): S3Path
    {
        $bytes = @fopen($temporary, 'rb');
        if ($bytes === false) {
            throw new AgentException("the uploaded file cannot be read at $temporary", AgentException::NO_ANSWER);
        }
        try {
            return $this->claim($path, $bytes, self::stem($wanted));
        } finally {
            fclose($bytes);
        }
    }

    /**
     * Writes under that name or the next free one.
     *
     * @param resource $bytes
     * @param string   $stem  the name without number and extension
     */
    private function claim(S3Path $path, $bytes, string $stem): S3Path
    {
        for ($tries = 0; $tries < self::NAMES_TO_TRY; $tries++) {
            try {
                $this->files->put($path, $bytes, Condition::absent());
                return $path;
            } catch (AgentException $refusal) {
                if ($refusal->status !== AgentException::CONDITION_FAILED) {
                    throw $refusal;
                }
            }
            $path = $this->numbered($path, $stem);
        }
        throw $refusal;
    }

    private function numbered(S3Path $path, string $stem): S3Path
    {
        $next = $path->parent()->child(self::nextName($path->name(), $stem));
        $this->privacy->follow($path, $next);
        return $next;
    }

    /** "cat.jpg", "cat-1.jpg", "cat-2.jpg". A number is increased only if it is not part of the original name. */
    private static function nextName(string $name, string $stem): string
    {
        $current = pathinfo($name, PATHINFO_FILENAME);
        $extension = substr($name, strlen($current));
        $number = preg_match('/^' . preg_quote($stem, '/') . '-(\d+)$/', $current, $match) === 1 ? (int) $match[1] : 0;
        return ($number === 0 ? $current : $stem) . '-' . ($number + 1) . $extension;
    }

    /**
     * @param array<string, mixed> $upload file, url, type
     * @return array<string, mixed>
     */
    private function reportRenamed(array $upload): array
    {
        $written = $this->renamed[$upload['file'] ?? ''] ?? null;
        if ($written === null) {
            return $upload;
        }
        unset($this->renamed[$upload['file']]);
        $upload['file'] = dirname($upload['file']) . '/' . $written->name();
        $upload['url'] = dirname($upload['url']) . '/' . $written->name();
        return $upload;
    }

    /** The name as WordPress will sanitize it, without extension. */
    private static function stem(string $name): string
    {
        return pathinfo(sanitize_file_name($name), PATHINFO_FILENAME);
    }
}
