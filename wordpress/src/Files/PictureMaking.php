<?php

declare(strict_types=1);

namespace Aloft\Files;

use Aloft\Agent\AgentException;
use Aloft\Agent\Request;

/**
 * The part of {@see Files} that has the agent make pictures.
 */
trait PictureMaking
{
    /**
     * Makes pictures of one version of a file, and stores them. None is made if the next write to one of their paths is
     * refused, which stays so: WordPress's own editor then tries.
     *
     * @param string             $etag   the version; empty for the newest
     * @param list<PictureOrder> $orders none for the original's type and size only
     */
    public function makePictures(S3Path $original, string $etag, array $orders): Renditions
    {
        foreach ($orders as $order) {
            $this->checkRefusal($order->path, isWrite: false);
        }
        $headers = array_map(fn (PictureOrder $o): array => $this->writeHeaders($o->path, Condition::none()), $orders);
        $body = array_map(static fn (PictureOrder $o, array $own): array => $o->asJson($own), $orders, $headers);
        $version = $this->freshness($original) + array_filter(['If-Match' => $etag]);
        $target = $original->target() . '?renditions';
        $request = new Request('POST', $target, $version, self::json($body), isLong: true);
        $renditions = Renditions::parse($this->expect($request, 200), count($orders));
        foreach ($orders as $i => $order) {
            if (!isset($renditions->pictures[$i]['reason'])) {
                $this->wrote($order->path, isset($headers[$i]['Aloft-Private']));
            }
        }
        return $renditions;
    }

    /**
     * Answers further reads of an original from what the agent holds, for a minute. To be called when the newest
     * version was seen: WordPress opens an original again for its size, its photograph's data and each edit.
     */
    public function acceptHeld(S3Path $original): void
    {
        $this->memory->addWritten($original, null);
    }

    /**
     * Makes a picture of one version of a file, to be shown and not stored.
     *
     * @param array<string, mixed> $query in the language of the agent's protocol
     * @return string the whole picture
     */
    public function makePreview(S3Path $original, string $etag, array $query): string
    {
        $headers = $this->freshness($original) + array_filter(['If-Match' => $etag]);
        $request = new Request('POST', $original->target() . '?rendition', $headers, http_build_query($query));
        return $this->expect($request, 200)->body;
    }

    /**
     * Makes pictures of a file on this server.
     *
     * @param list<array<string, mixed>> $queries in the language of the agent's protocol
     * @return list<array{type: string, width: int, height: int, size: int, bytes: string}> in their order
     */
    public function makePicturesOf(string $file, array $queries): array
    {
        $bytes = @fopen($file, 'rb') ?: throw new AgentException("cannot read $file", AgentException::NOT_FOUND);
        $texts = self::json(array_map(http_build_query(...), $queries));
        $headers = ['Aloft-Renditions' => $texts];
        $request = new Request('POST', '/?renditions', $headers, $bytes, isLong: true);
        return Renditions::parseSent($this->expect($request, 200), count($queries))->pictures;
    }

    /** @return array{reads?: list<string>, writes?: list<string>} media types of pictures that the agent makes */
    public function pictureTypes(): array
    {
        return (array) json_decode($this->expect(new Request('GET', '/?pictures'), 200)->body, true);
    }
}
