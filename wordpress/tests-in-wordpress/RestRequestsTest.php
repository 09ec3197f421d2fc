<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\Uploads\Hooks;
use Aloft\Uploads\RestRequests;

/**
 * Requests within requests, of which some end by an exception that a plugin catches.
 */
final class RestRequestsTest extends SiteTestCase
{
    private RestRequests $requests;

    /** @var list<string> the requests in progress, each time one is answered */
    private array $seen = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->requests = new RestRequests();
        $this->requests->register(new Hooks());
        foreach (['outer', 'inner', 'failing'] as $name) {
            rest_get_server()->register_route('aloft-test/v1', "/aloft-test/v1/$name", [
                ['methods' => 'GET', 'callback' => $this->$name(...), 'permission_callback' => '__return_true'],
            ]);
        }
    }

    public function testEachEndsWithTheOnesWithinIt(): void
    {
        self::get('outer');
        self::assertSame(['outer inner', 'outer', 'outer failing', 'outer failing'], $this->seen);
        self::assertSame([], $this->requests->inProgress());
    }

    private function outer(): string
    {
        self::get('inner');
        $this->see();
        try {
            self::get('failing');
        } catch (\DomainException) {
            $this->see();
        }
        return 'done';
    }

    private function inner(): string
    {
        $this->see();
        return 'done';
    }

    private function failing(): never
    {
        $this->see();
        throw new \DomainException('in a plugin');
    }

    private function see(): void
    {
        $routes = array_map(
            static fn (\WP_REST_Request $each): string => basename($each->get_route()),
            $this->requests->inProgress(),
        );
        $this->seen[] = implode(' ', $routes);
    }

    private static function get(string $name): void
    {
        rest_do_request(new \WP_REST_Request('GET', "/aloft-test/v1/$name"));
    }
}
