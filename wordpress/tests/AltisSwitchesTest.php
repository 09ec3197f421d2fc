<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\AltisSwitches;
use PHPUnit\Framework\TestCase;

/**
 * The switches of composer.json, as Altis reads them.
 */
final class AltisSwitchesTest extends TestCase
{
    /**
     * @dataProvider projects
     * @param array<string, mixed> $altis
     */
    public function testUploadsAreOffWhereAltisWouldHaveThemOff(array $altis, bool $areOff): void
    {
        $switches = new AltisSwitches([$altis], 'production');

        self::assertSame($areOff, $switches->uploadsAreOff());
        self::assertFalse($switches->picturesAreOff());
        self::assertSame([], $switches->mistakes());
    }

    /** @return iterable<string, array{array<string, mixed>, bool}> */
    public static function projects(): iterable
    {
        $cloud = static fn (mixed $cloud): array => ['modules' => ['cloud' => $cloud]];
        $uploads = static fn (bool $value): array => $cloud(['s3-uploads' => $value]);
        $in = static fn (string $environment, array $over): array => ['environments' => [$environment => $over]];
        yield 'nothing' => [[], false];
        yield 'on' => [$uploads(true), false];
        yield 'off' => [$uploads(false), true];
        yield 'the module is off' => [$cloud(false), true];
        yield 'the module is on' => [$cloud(true), false];
        yield 'the module is not enabled' => [$cloud(['enabled' => false, 's3-uploads' => true]), true];
        yield 'another module is off' => [['modules' => ['cms' => false]], false];
        yield 'off in this environment' => [$uploads(true) + $in('production', $uploads(false)), true];
        yield 'on in this environment' => [$uploads(false) + $in('production', $uploads(true)), false];
        yield 'off in another environment' => [$uploads(true) + $in('local', $uploads(false)), false];
        yield 'the module is off in this environment' => [$uploads(true) + $in('production', $cloud(false)), true];
        yield 'a module that is on again keeps its settings' => [
            $uploads(false) + $in('production', $cloud(true)),
            true,
        ];
        yield 'settings are merged key by key' => [
            $uploads(false) + $in('production', $cloud(['redis' => true])),
            true,
        ];
        yield 'a module that was off is enabled' => [
            $cloud(false) + $in('production', $cloud(['enabled' => true])),
            false,
        ];
    }

    public function testPicturesHaveASwitchOfTheirOwn(): void
    {
        foreach ([['tachyon' => false], ['enabled' => false], false] as $media) {
            $switches = new AltisSwitches([['modules' => ['media' => $media]]], 'local');
            self::assertTrue($switches->picturesAreOff());
            self::assertFalse($switches->uploadsAreOff());
        }
        $over = ['environments' => ['local' => ['modules' => ['media' => true]]]];
        self::assertFalse((new AltisSwitches([['modules' => ['media' => false]] + $over], 'local'))->picturesAreOff());
    }

    public function testPurgesHaveASwitchOfTheirOwn(): void
    {
        $switches = new AltisSwitches([['modules' => ['cloud' => ['cdn-media-purge' => false]]]], 'local');
        self::assertTrue($switches->purgesAreOff());
        self::assertFalse($switches->uploadsAreOff());
        self::assertFalse((new AltisSwitches([[]], 'local'))->purgesAreOff());
        $wrong = new AltisSwitches([['modules' => ['cloud' => ['cdn-media-purge' => 'no', 'redis' => 0]]]], 'local');
        self::assertSame(['modules.cloud.cdn-media-purge', 'modules.cloud.redis'], $wrong->mistakes());
    }

    /** @dataProvider mistakes */
    public function testASwitchOfAWrongTypeIsReported(mixed $cloud, bool $areOff, string $name): void
    {
        $switches = new AltisSwitches([['modules' => ['cloud' => $cloud]]], 'local');

        self::assertSame([$name], $switches->mistakes());
        self::assertSame($areOff, $switches->uploadsAreOff(), 'as PHP, and so Altis, takes it');
    }

    /** @return iterable<string, array{mixed, bool, string}> */
    public static function mistakes(): iterable
    {
        yield 'text' => [['s3-uploads' => 'false'], false, 'modules.cloud.s3-uploads'];
        yield 'zero' => [['s3-uploads' => 0], true, 'modules.cloud.s3-uploads'];
        yield 'null' => [['s3-uploads' => null], true, 'modules.cloud.s3-uploads'];
        yield 'a list' => [['s3-uploads' => [1]], false, 'modules.cloud.s3-uploads'];
        yield 'a module that is text' => ['off', false, 'modules.cloud'];
        yield 'enabled as text' => [['enabled' => 'no'], false, 'modules.cloud.enabled'];
    }

    /** @dataProvider files */
    public function testAProjectsFileIsReadWhereverItIs(string $json, bool $areOff): void
    {
        $folder = sys_get_temp_dir() . '/aloft-project-' . bin2hex(random_bytes(6));
        mkdir("$folder/wordpress", 0700, true);
        file_put_contents("$folder/composer.json", $json);
        try {
            $switches = AltisSwitches::ofProjects(["$folder/wordpress/", $folder], 'local');
            self::assertSame($areOff, $switches->uploadsAreOff());
        } finally {
            unlink("$folder/composer.json");
            rmdir("$folder/wordpress");
            rmdir($folder);
        }
    }

    /** @return iterable<string, array{string, bool}> */
    public static function files(): iterable
    {
        yield 'off' => ['{"extra": {"altis": {"modules": {"cloud": {"s3-uploads": false}}}}}', true];
        yield 'nothing' => ['{}', false];
        yield 'another type' => ['{"extra": {"altis": 7}}', false];
        yield 'no object' => ['7', false];
        yield 'no JSON' => ['{"extra":', false];
    }

    public function testTheEnvironmentIsAltisConstantElseWordPresssElseLocal(): void
    {
        self::assertSame('off', self::inSite('define("HM_ENV_TYPE", "staging");', 'staging'));
        $type = 'function wp_get_environment_type() { return "development"; }';
        self::assertSame('off', self::inSite($type, 'development'));
        self::assertSame('off', self::inSite('', 'local'));
        self::assertSame('on', self::inSite('define("HM_ENV_TYPE", "production");', 'local'));
    }

    public function testAFilterOfAltisHasTheLastWord(): void
    {
        $filter = 'function apply_filters($name, $value) {'
            . ' if ($name === "altis.config") { $value["modules"]["cloud"]["s3-uploads"] = false; } return $value; }';

        self::assertSame('off', self::inSite($filter, 'elsewhere'));
    }

    public function testWhereAltisIsLoadedItIsAsked(): void
    {
        $altis = static fn (string $value): string => 'eval(\'namespace Altis; function get_config() {'
            . " return [\"modules\" => [\"cloud\" => [\"enabled\" => true, \"s3-uploads\" => $value]]]; }');";

        self::assertSame('off', self::inSite($altis('false'), 'elsewhere'));
        self::assertSame('on', self::inSite($altis('true'), 'local'), 'whatever composer.json says');
    }

    /** "on" or "off": the uploads of a site whose composer.json switches them off in an environment. */
    private static function inSite(string $before, string $environment): string
    {
        $folder = sys_get_temp_dir() . '/aloft-site-' . bin2hex(random_bytes(6));
        mkdir($folder);
        $over = [$environment => ['modules' => ['cloud' => ['s3-uploads' => false]]]];
        file_put_contents("$folder/composer.json", json_encode(['extra' => ['altis' => ['environments' => $over]]]));
        $code = "define('ABSPATH', " . var_export("$folder/", true) . "); $before"
            . "echo Aloft\\AltisSwitches::ofThisSite()->uploadsAreOff() ? 'off' : 'on';";
        try {
            return Child::run($code)->output;
        } finally {
            unlink("$folder/composer.json");
            rmdir($folder);
        }
    }
}
