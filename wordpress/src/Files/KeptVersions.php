<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\Request;

/**
 * The part of {@see Files} for versions that the bucket keeps of a file. A bucket that keeps none is an
 * {@see \Aloft\Agent\AgentException} with the status of a conflict.
 */
trait KeptVersions
{
    /** The newest 100 versions, also of a deleted file. */
    public function history(S3Path $path): FileHistory
    {
        return FileHistory::parse($this->expect(new Request('GET', $path->target() . '?versions'), 200)->body);
    }

    /** States of a file in the newest snapshots, each with an id like that of a version. */
    public function snapshots(S3Path $path): SnapshotHistory
    {
        return SnapshotHistory::parse($this->expect(new Request('GET', $path->target() . '?snapshots'), 200)->body);
    }

    /**
     * Reads a part of a version that is not empty.
     *
     * @param int $length at least 1; fewer bytes come at the end
     */
    public function readVersion(S3Path $path, FileVersion $version, int $from, int $length): string
    {
        $headers = ['Range' => "bytes=$from-" . ($from + $length - 1)];
        if ($version->etag !== '') {
            $headers['If-Match'] = $version->etag;
        }
        $target = $path->target() . '?version=' . rawurlencode($version->id);
        return $this->expect(new Request('GET', $target, $headers), 206)->body;
    }

    /**
     * Makes a version the newest one again.
     *
     * @param Condition $condition on the file now
     * @param bool      $isPrivate true if the file is to be private in any case
     * @return bool true if the file is private now, because it was to be, it was before, or that version was
     */
    public function restoreVersion(S3Path $path, string $id, Condition $condition, bool $isPrivate): bool
    {
        $this->checkRefusal($path);
        $target = $path->target() . '?restore=' . rawurlencode($id);
        $headers = $condition->headers + ($isPrivate ? ['Aloft-Private' => '1'] : []);
        $response = $this->expect(new Request('POST', $target, $headers), 201);
        $isPrivate = $response->header('Aloft-Private') !== null;
        $this->wrote($path, $isPrivate);
        return $isPrivate;
    }
}
