<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

use Aloft\WriteFailed;
use PHPUnit\Framework\TestCase;

/**
 * A test inside WordPress, as its administrator. The bucket, seen through s3:// alone, is as it was before when the
 * test is over, and whatever a test adds to WordPress's hooks is gone.
 */
abstract class SiteTestCase extends TestCase
{
    /** One page, with a red field. */
    private const PDF = <<<'PDF'
        %PDF-1.4
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R>>endobj
        4 0 obj<</Length 30>>stream
        1 0 0 rg 20 20 200 100 re f
        endstream endobj
        trailer<</Root 1 0 R>>
        PDF;

    /** @var array<string, mixed> */
    private array $hooks = [];

    /** @var list<string> */
    private array $filesBefore = [];

    /** @var list<int> */
    private array $posts = [];

    /** @var list<string> */
    private static array $folders = [];

    protected function setUp(): void
    {
        $this->hooks = array_map(static fn (object $hook): object => clone $hook, $GLOBALS['wp_filter']);
        wp_set_current_user(1);
        $GLOBALS['wp_the_query'] = $GLOBALS['wp_query'] = new \WP_Query(); // an export leaves it in a loop
        add_action('add_attachment', function (int $id): void {
            $this->posts[] = $id;
        });
        $this->filesBefore = self::files();
    }

    protected function tearDown(): void
    {
        foreach ($this->posts as $id) {
            wp_delete_attachment($id, true);
        }
        $GLOBALS['wp_filter'] = $this->hooks;
        $GLOBALS['wpdb']->suppress_errors(false);
        foreach (array_diff(self::files(), $this->filesBefore) as $left) {
            @unlink($left);
        }
    }

    public static function tearDownAfterClass(): void
    {
        array_map(self::remove(...), self::$folders);
        self::$folders = [];
    }

    /** A folder on the server's own disk, removed after the class. */
    protected static function folder(): string
    {
        $folder = sys_get_temp_dir() . '/aloft-test-' . bin2hex(random_bytes(6));
        mkdir($folder, 0700);
        return self::$folders[] = $folder;
    }

    private static function remove(string $path): void
    {
        if (is_dir($path) && !is_link($path)) {
            array_map(static fn (string $name) => self::remove("$path/$name"), array_diff(scandir($path), ['.', '..']));
            rmdir($path);
        } elseif (file_exists($path) || is_link($path)) {
            unlink($path);
        }
    }

    /** @return list<string> every file of the site's uploads, as s3:// paths */
    protected static function files(): array
    {
        $base = wp_upload_dir(null, false)['basedir'];
        $files = is_dir($base) ? list_files($base, 20) : [];
        sort($files);
        return $files;
    }

    /** Files that are new since the test began. @return list<string> names */
    protected function newFiles(): array
    {
        return array_map(basename(...), array_values(array_diff(self::files(), $this->filesBefore)));
    }

    /** False before WordPress 7.1, where no browser adds files to an attachment. */
    protected static function browserAddsFiles(): bool
    {
        if (!method_exists(\WP_REST_Attachments_Controller::class, 'sideload_item')) {
            self::assertTrue(version_compare($GLOBALS['wp_version'], '7.1', '<'), 'newer versions can do it');
            return false;
        }
        add_filter('wp_client_side_media_processing_enabled', '__return_true');
        $GLOBALS['wp_rest_server'] = null;
        return true;
    }

    /** A JPEG of that size on the server's own disk, as the browser or a plugin brings one. */
    protected static function photo(int $width = 1200, int $height = 800, string $name = 'photo.jpg'): string
    {
        $folder = self::folder();
        $image = imagecreatetruecolor($width, $height);
        imagefilledrectangle($image, 0, 0, $width, $height, imagecolorallocate($image, 40, 90, 160));
        imagefilledellipse($image, $width >> 1, $height >> 1, $width >> 1, $height >> 2, 0xffcc00);
        imagejpeg($image, "$folder/$name");
        return "$folder/$name";
    }

    /** A PDF on the server's own disk; the test is skipped where Imagick may not read it. */
    protected static function document(): string
    {
        $file = dirname(self::photo(10, 10)) . '/document.pdf';
        file_put_contents($file, self::PDF);
        try {
            new \Imagick($file . '[0]');
        } catch (\ImagickException $refusal) {
            self::markTestSkipped("Imagick may read no documents here: {$refusal->getMessage()}");
        }
        return $file;
    }

    /** An attachment made of a local file as plugins do: sideloaded, with all its sizes. */
    protected static function sideload(string $file, ?string $name = null): int
    {
        $copy = wp_tempnam(basename($file));
        copy($file, $copy);
        $id = media_handle_sideload(['name' => $name ?? basename($file), 'tmp_name' => $copy]);
        self::assertIsInt($id, is_wp_error($id) ? $id->get_error_message() : '');
        return $id;
    }

    /** @return array<string, mixed> */
    protected static function restUpload(string $route, string $file, string $name, array $parameters): array
    {
        $request = new \WP_REST_Request('POST', $route);
        $request->set_header('Content-Type', 'image/jpeg');
        $request->set_header('Content-Disposition', "attachment; filename=\"$name\"");
        $request->set_body((string) file_get_contents($file));
        $request->set_query_params($parameters);
        $answer = rest_do_request($request);
        self::assertLessThan(300, $answer->get_status(), wp_json_encode($answer->get_data()));
        return $answer->get_data();
    }

    /** All files of an attachment as WordPress knows them, by name. @return list<string> */
    protected static function filesOf(int $attachment): array
    {
        $file = get_attached_file($attachment, true);
        $meta = wp_get_attachment_metadata($attachment, true) ?: [];
        $names = [basename($file), ...array_column($meta['sizes'] ?? [], 'file')];
        if (isset($meta['original_image'])) {
            $names[] = $meta['original_image'];
        }
        return array_map(static fn (string $name): string => dirname($file) . '/' . $name, array_unique($names));
    }

    protected static function assertAllExist(array $files): void
    {
        foreach ($files as $file) {
            self::assertFileExists($file);
            self::assertGreaterThan(0, filesize($file), $file);
        }
    }

    /** The requests that reach S3 during the step, such as "8 PutObject, 1 ListObjectsV2". */
    protected static function requestsOf(callable $step): string
    {
        self::s3('POST', '');
        $step();
        return self::s3('GET', '');
    }

    /** Runs a step while S3 is down, and waits until the agent has noticed its return, even if the step fails. */
    protected static function whileS3IsDown(callable $step): mixed
    {
        self::s3('POST', 'down');
        try {
            return $step();
        } finally {
            self::s3('POST', 'up');
            self::awaitHealth();
        }
    }

    private static function awaitHealth(): void
    {
        $probe = wp_upload_dir(null, false)['basedir'] . '/probe-' . bin2hex(random_bytes(6));
        for ($end = microtime(true) + 60; !self::isWritten($probe);) {
            self::assertLessThan($end, microtime(true), 'the agent notices that S3 is back');
            usleep(50_000);
        }
        unlink($probe);
        clearstatcache();
    }

    private static function isWritten(string $probe): bool
    {
        try {
            return @file_put_contents($probe, 'x') === 1;
        } catch (WriteFailed) {
            return false;
        }
    }

    /** Makes those of the queries that match fail, the first being 1, until the end of the test. */
    protected static function failingQueries(string $pattern, int ...$numbers): void
    {
        $count = 0;
        $GLOBALS['wpdb']->suppress_errors();
        add_filter('query', static function (string $query) use ($pattern, $numbers, &$count): string {
            $isFailing = preg_match($pattern, $query) === 1 && in_array(++$count, $numbers, true);
            return $isFailing ? 'SELECT nothing FROM nowhere' : $query;
        });
    }

    /** Status of the response to a visitor. */
    protected static function status(string $url): int
    {
        $context = stream_context_create(['http' => ['ignore_errors' => true, 'follow_location' => 0]]);
        @file_get_contents(html_entity_decode($url), false, $context);
        return (int) substr($http_response_header[0] ?? '', 9, 3);
    }

    protected static function s3(string $method, string $what): string
    {
        $context = stream_context_create(['http' => ['method' => $method]]);
        return (string) file_get_contents(getenv('S3_REQUESTS') . $what, false, $context);
    }

    /**
     * Runs code in a WordPress of its own.
     *
     * @param array<string, string> $environment
     * @param string                $before      what comes before WordPress
     * @return array{int, string} status and output
     */
    protected static function inAnotherProcess(array $environment, string $code, string $before = ''): array
    {
        $load = $before . '$_SERVER["HTTP_HOST"] = getenv("SITE_HOST"); $_SERVER["REQUEST_URI"] = "/";'
            . ' require getenv("SITE_CODE") . "/wp-load.php"; require ABSPATH . "wp-admin/includes/admin.php";'
            . ' require_once ABSPATH . "wp-admin/includes/class-wp-site-health.php";';
        $process = proc_open(
            [PHP_BINARY, '-d', 'display_errors=stderr', '-r', $load . $code],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]],
            $pipes,
            null,
            $environment + getenv(),
        );
        $output = (string) stream_get_contents($pipes[1]);
        return [proc_close($process), $output];
    }

    /** What an action prints in wp-admin. */
    protected static function printed(string $action): string
    {
        set_current_screen('dashboard');
        ob_start();
        do_action($action);
        return (string) ob_get_clean();
    }

    /** @return array{int, string} exit status and everything it said */
    protected static function wp(string ...$words): array
    {
        return self::wpWith([], ...$words);
    }

    /**
     * @param array<string, string> $environment
     * @return array{int, string}
     */
    protected static function wpWith(array $environment, string ...$words): array
    {
        $process = proc_open(
            [PHP_BINARY, __DIR__ . '/wp-cli.php', ...$words],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]],
            $pipes,
            null,
            $environment + getenv(),
        );
        $output = (string) stream_get_contents($pipes[1]);
        return [proc_close($process), $output];
    }
}
