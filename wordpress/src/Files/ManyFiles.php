<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Request;

/** The part of {@see Files} for many files of one directory in one exchange. */
trait ManyFiles
{
    /**
     * Deletes files of one directory in one exchange.
     *
     * @param list<string> $names at most 1,000 of them; missing files count as deleted
     * @return list<string> errors
     */
    public function deleteAll(S3Path $directory, array $names): array
    {
        $errors = $this->forMany($directory, 'delete', $names)['errors'] ?? [];
        foreach ($names as $name) {
            $this->memory->forget($directory->child($name));
        }
        return self::errorLines($errors);
    }

    /**
     * Makes files of one directory private, so that visitors can read them by signed URLs only, or public again.
     *
     * @param list<string> $names at most 1,000 of them
     * @return list<string> errors
     */
    public function makePrivate(S3Path $directory, array $names, bool $isPrivate): array
    {
        $errors = $this->forMany($directory, $isPrivate ? 'private' : 'public', $names)['errors'] ?? [];
        foreach ($names as $name) {
            $this->memory->forgetPrivacy($directory->child($name));
        }
        return self::errorLines($errors);
    }

    /**
     * Signs the URLs of files for that many seconds or a little longer.
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
     * @param list<string> $pictures at most 1,000 originals below the directory, each with its arguments
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
        $request = new Request('POST', $directory->directoryTarget() . "?$what", [], self::json($names));
        $response = $this->expect($request, 200);
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
}
