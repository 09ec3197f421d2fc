<?php

declare(strict_types=1);

namespace Aloft\Tests;

use PHPUnit\Framework\TestCase;

/**
 * A site's administrator in a network sees which code has asked, but not where it is on the server.
 */
final class CallerTest extends TestCase
{
    private string $server;

    protected function setUp(): void
    {
        $this->server = sys_get_temp_dir() . '/aloft-server-' . bin2hex(random_bytes(6));
        mkdir("$this->server/web/wp", 0700, true);
        mkdir("$this->server/web/wp/wp-content/plugins", 0700, true);
        mkdir("$this->server/web/app", 0700);
        mkdir("$this->server/releases/7/plugins", 0700, true);
        mkdir("$this->server/source/of/shop", 0700, true);
        symlink("$this->server/releases/7/plugins", "$this->server/web/plugins");
        symlink("$this->server/source/of/shop", "$this->server/web/app/shop");
    }

    protected function tearDown(): void
    {
        exec('rm -r ' . escapeshellarg($this->server));
    }

    /** @return iterable<string, list<string>> */
    public static function places(): iterable
    {
        yield 'WordPress' => ['web/wp/wp-content/plugins', 'wp-content/plugins/export.php'];
        yield 'content elsewhere' => ['web/app', 'app/export.php'];
        yield 'plugins elsewhere, by a link' => ['web/plugins', 'plugins/export.php'];
        yield 'a linked plugin' => ['web/app/shop', 'of/shop/export.php'];
    }

    /** @dataProvider places */
    public function testThePathOnTheServerIsLeftOut(string $folder, string $shown): void
    {
        self::assertSame("$shown:2 include", $this->caller($folder, 'return Aloft\\Agent\\Caller::now();'));
    }

    public function testNamesOfPhpHaveNoPath(): void
    {
        $code = '$made = new class { public function save() { return (fn () => Aloft\\Agent\\Caller::now())(); } };
            return $made->save();';

        self::assertSame('app/export.php:2 class@anonymous->{closure}', $this->caller('web/app', $code));
    }

    private function caller(string $folder, string $code): string
    {
        file_put_contents("$this->server/$folder/export.php", "<?php\n$code");
        $site = 'define("ABSPATH", "$argv[1]/wp/"); define("WP_CONTENT_DIR", "$argv[1]/app");'
            . 'define("WP_PLUGIN_DIR", "$argv[1]/plugins"); echo include $argv[2];';
        return Child::run($site, ["$this->server/web", "$this->server/$folder/export.php"])->output;
    }
}
