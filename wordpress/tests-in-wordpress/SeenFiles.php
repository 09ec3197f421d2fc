<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/** A visitor asks for each file as soon as it is stored, without a signed URL. */
trait SeenFiles
{
    /** @var array<string, int> what a visitor was answered, by key */
    private array $seen = [];

    protected function setUp(): void
    {
        parent::setUp();
        add_action('s3_uploads_putObject', function (array $params): void {
            $name = substr($params['Key'], strlen('uploads/'));
            $this->seen[$name] = self::status(wp_upload_dir()['baseurl'] . "/$name");
        });
    }

    /** The answer to each file that was stored since, of which there are at least so many. */
    private function assertSeen(int $status, int $atLeast): void
    {
        self::assertGreaterThanOrEqual($atLeast, count($this->seen), wp_json_encode($this->seen));
        self::assertSame([$status], array_values(array_unique($this->seen)), wp_json_encode($this->seen));
    }

    private static function privatePhoto(string $name): int
    {
        $id = self::sideload(self::photo(1200, 800, $name));
        update_post_meta($id, '_aloft_private', '1');
        return $id;
    }

    private static function routeOfAPlugin(string $name, \Closure $answer): void
    {
        rest_get_server()->register_route('aloft-test/v1', "/aloft-test/v1/$name", [
            ['methods' => 'GET', 'callback' => $answer, 'permission_callback' => '__return_true'],
        ]);
    }
}
