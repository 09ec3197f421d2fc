<?php

declare(strict_types=1);

namespace Aloft\Files;

/**
 * A picture that the agent makes of a file and stores.
 */
final class PictureOrder
{
    /**
     * @param S3Path               $path  where it is stored
     * @param array<string, mixed> $query in the language of the agent's protocol
     */
    public function __construct(public readonly S3Path $path, private readonly array $query)
    {
    }

    /**
     * @param array<string, string> $headers of the write
     * @return array<string, mixed>
     */
    public function asJson(array $headers): array
    {
        return ['name' => '/' . $this->path->key, 'query' => http_build_query($this->query)]
            + array_filter(['headers' => $headers]);
    }
}
