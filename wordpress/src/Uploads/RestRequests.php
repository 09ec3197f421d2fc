<?php

declare(strict_types=1);

namespace Aloft\Uploads;

/**
 * The requests that the REST API is answering: plugins make requests within requests.
 */
final class RestRequests
{
    /** @var list<\WP_REST_Request> each within the one before it */
    private array $requests = [];

    public function register(Hooks $hooks): void
    {
        $hooks->add('rest_request_before_callbacks', $this->begin(...), PHP_INT_MIN, 3);
        $hooks->add('rest_request_after_callbacks', $this->end(...), PHP_INT_MAX, 3);
    }

    /** @return list<\WP_REST_Request> the innermost last */
    public function inProgress(): array
    {
        return $this->requests;
    }

    private function begin(mixed $response, mixed $handler, \WP_REST_Request $request): mixed
    {
        $this->requests[] = $request;
        return $response;
    }

    /** Ends the requests within this one as well: after an exception WordPress does not report their end. */
    private function end(mixed $response, mixed $handler, \WP_REST_Request $request): mixed
    {
        $same = array_keys($this->requests, $request, true);
        if ($same !== []) {
            array_splice($this->requests, end($same));
        }
        return $response;
    }
}
