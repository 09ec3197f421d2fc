<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Uploads\Settings;
use PHPUnit\Framework\TestCase;

final class SettingsTest extends TestCase
{
    private const NAMES = [
        'ALOFT_SOCKET', 'ALOFT_BUCKET', 'ALOFT_URL', 'ALOFT_STRICT', 'S3_UPLOADS_BUCKET', 'S3_UPLOADS_BUCKET_URL',
        'S3_UPLOADS_HTTP_CACHE_CONTROL', 'ALOFT_PRIVATE_UPLOADS',
    ];

    /** @var array<string, string|false> */
    private array $before = [];

    protected function setUp(): void
    {
        foreach (self::NAMES as $name) {
            $this->before[$name] = getenv($name);
            putenv($name);
        }
    }

    protected function tearDown(): void
    {
        foreach ($this->before as $name => $value) {
            putenv($value === false ? $name : "$name=$value");
        }
    }

    public function testASiteThatSaysNothingHasTheUsualSocketAndNoBucket(): void
    {
        self::assertEquals(new Settings('/run/aloft/agent.sock', '', null, true), Settings::read());
    }

    public function testEverySettingIsRead(): void
    {
        putenv('ALOFT_SOCKET=/run/site.sock');
        putenv('ALOFT_BUCKET=/media/site/');
        putenv('ALOFT_URL=https://cdn.example.org/');
        putenv('ALOFT_STRICT=off');
        putenv('ALOFT_PRIVATE_UPLOADS=on');
        self::assertEquals(
            new Settings('/run/site.sock', 'media/site', 'https://cdn.example.org', false, arePrivate: true),
            Settings::read(),
        );
    }

    public function testTheNamesOfS3UploadsAreUnderstoodWhereOursAreMissing(): void
    {
        putenv('S3_UPLOADS_BUCKET=old/prefix');
        putenv('S3_UPLOADS_BUCKET_URL=https://old.example.org');
        self::assertSame('old/prefix', Settings::read()->bucket);
        self::assertSame('https://old.example.org', Settings::read()->url);
        putenv('S3_UPLOADS_HTTP_CACHE_CONTROL=3600');
        self::assertSame('3600', Settings::read()->cacheControl);
        putenv('ALOFT_BUCKET=new');
        self::assertSame('new', Settings::read()->bucket);
    }

    public function testAConstantIsPreferredToTheEnvironment(): void
    {
        putenv('ALOFT_BUCKET=environment');
        $code = 'define("ALOFT_BUCKET", "constant"); define("ALOFT_STRICT", false);'
            . '$s = Aloft\Uploads\Settings::read(); echo $s->bucket, " ", $s->strict ? "strict" : "lenient";';
        self::assertSame('constant lenient', Child::run($code)->output);
    }

    public function testTheReadmeListsEverySetting(): void
    {
        $read = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(dirname(__DIR__) . '/src')) as $file) {
            if ($file->isFile()) {
                preg_match_all("/'(ALOFT_[A-Z_]+|TACHYON_URL)'/", file_get_contents($file->getPathname()), $names);
                array_push($read, ...$names[1]);
            }
        }
        preg_match_all('/^\| `([A-Z_]+)` \|/m', file_get_contents(dirname(__DIR__) . '/README.md'), $listed);
        self::assertEqualsCanonicalizing(array_unique($read), $listed[1]);
    }

    public function testASwitchedOffSiteHasNoWrapper(): void
    {
        $folder = sys_get_temp_dir() . '/aloft-site-' . bin2hex(random_bytes(6));
        mkdir($folder);
        file_put_contents("$folder/composer.json", '{"extra":{"altis":{"modules":{"cloud":{"s3-uploads":false}}}}}');
        file_put_contents("$folder/load.php", "<?php define('ABSPATH', __DIR__ . '/');"
            . 'require ' . var_export(dirname(__DIR__) . '/aloft.php', true) . ';'
            . "echo in_array('s3', stream_get_wrappers()) ? 'on' : 'off';");
        try {
            self::assertSame('off', exec(escapeshellarg(PHP_BINARY) . " $folder/load.php"));
        } finally {
            array_map(unlink(...), glob("$folder/*"));
            rmdir($folder);
        }
    }
}
