<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * Code in the bucket is never executed, whatever php.ini allows.
 */
final class ExecutionTest extends WrapperTestCase
{
    private const ATTACK = '<?php echo "EX" . "ECUTED"; return 1;';

    /** @return iterable<string, array{string, string, string}> */
    public static function attempts(): iterable
    {
        $attempts = [
            'include' => '@include $argv[1];',
            'include_once' => '@include_once $argv[1];',
            'require' => 'require $argv[1];',
            'require_once' => 'require_once $argv[1];',
            'include in capitals' => '@include str_replace("s3://", "S3://", $argv[1]);',
            'include with a wrapped path' => '@include str_replace("/uploads/", "//x/..//uploads/./", $argv[1]);',
            'php://filter' => '@include "php://filter/resource=$argv[1]";',
            'php://filter with a filter' => '@include "php://filter/read=string.rot13|string.rot13/resource=$argv[1]";',
            'compress.zlib://' => '@include "compress.zlib://$argv[1]";',
            'compress.zlib:// of gzipped code' => '@include "compress.zlib://$argv[1].gz";',
            'phar://' => '@include "phar://$argv[1].phar/attack.php";',
            'phar:// of the stub' => '@include "phar://$argv[1].phar";',
            'new Phar' => 'try { new Phar("$argv[1].phar"); } catch (Throwable) {}',
            'php_strip_whitespace' => '@php_strip_whitespace($argv[1]);',
            'opcache_compile_file' => 'function_exists("opcache_compile_file") && @opcache_compile_file($argv[1]);',
            'parse_ini_file' => '@parse_ini_file($argv[1]);',
            'include by a function of that name' => 'eval(\'namespace a; function parse_ini_file($p) { @include $p; }'
                . ' class B { function parse_ini_file($p) { @include $p; } }\');'
                . 'a\parse_ini_file($argv[1]); (new a\B())->parse_ini_file($argv[1]);',
            'set_include_path' => 'set_include_path(dirname($argv[1])); @include basename($argv[1]);',
        ];
        foreach ($attempts as $name => $code) {
            foreach (['0', '1'] as $fopen) {
                foreach (['0', '1'] as $include) {
                    yield "$name, allow_url_fopen=$fopen, allow_url_include=$include" => [$code, $fopen, $include];
                }
            }
        }
    }

    /** @dataProvider attempts */
    public function testNothingIsExecuted(string $code, string $fopen, string $include): void
    {
        $path = $this->attack();
        $ini = ['allow_url_fopen' => $fopen, 'allow_url_include' => $include, 'error_reporting' => '8191'];
        $child = Child::run($code . 'echo " survived";', [$path], $ini);
        self::assertStringNotContainsString('EXECUTED', $child->output);
        $isFatal = str_starts_with($code, 'require');
        self::assertStringContainsString($isFatal ? 'Failed opening required' : ' survived', $child->output);
    }

    /** @dataProvider settings */
    public function testARefusedIncludeSaysWhy(string $fopen): void
    {
        $path = $this->file('x.jpg', self::ATTACK);
        $child = Child::run('include $argv[1];', [$path], ['allow_url_fopen' => $fopen]);
        self::assertStringContainsString("aloft: refuses to run $path: files in the bucket are data", $child->output);
    }

    /** @dataProvider settings */
    public function testASourceIsNotShownByHighlightFile(string $fopen): void
    {
        $child = Child::run('highlight_file($argv[1]);', [$this->attack()], ['allow_url_fopen' => $fopen]);
        self::assertStringNotContainsString('ECUTED', strip_tags($child->output));
        self::assertStringContainsString('aloft: refuses to run', $child->output);
    }

    public function testAFunctionThatTakesThePlaceOfADisabledOneRunsNothingEither(): void
    {
        $code = 'eval(\'function parse_ini_file($path) { @include $path; }\'); parse_ini_file($argv[1]);'
            . ' echo " survived";';
        $child = Child::run($code, [$this->attack()], ['disable_functions' => 'parse_ini_file']);
        self::assertStringNotContainsString('EXECUTED', $child->output);
        self::assertStringContainsString(' survived', $child->output);
    }

    /** @dataProvider settings */
    public function testSettingsAreRead(string $fopen): void
    {
        $path = $this->file('settings.ini', "[mail]\nhost = example.org\nports[] = 25\n");
        $code = 'echo json_encode(parse_ini_file($argv[1], true));';
        $child = Child::run($code, [$path], ['allow_url_fopen' => $fopen]);
        self::assertSame('{"mail":{"host":"example.org","ports":["25"]}}', $child->output);
    }

    /** @dataProvider settings */
    public function testTheSameFileIsReadAsData(string $fopen): void
    {
        $code = 'echo strlen(file_get_contents($argv[1]));';
        $child = Child::run($code, [$this->attack()], ['allow_url_fopen' => $fopen]);
        self::assertSame((string) strlen(self::ATTACK), $child->output);
    }

    /** @return array<string, array{string}> */
    public static function settings(): array
    {
        return ['allow_url_fopen=0' => ['0'], 'allow_url_fopen=1' => ['1']];
    }

    private function attack(): string
    {
        $path = $this->file('attack.php', self::ATTACK);
        $this->file('attack.php.gz', (string) gzencode(self::ATTACK));
        copy(self::archive(), "$path.phar");
        return $path;
    }

    /** A phar whose stub and whose only file are the attack. Made once, as it takes a process. */
    private static function archive(): string
    {
        static $local = null;
        if ($local === null) {
            $local = sys_get_temp_dir() . '/aloft-' . bin2hex(random_bytes(6)) . '.phar';
            register_shutdown_function(unlink(...), $local);
            $make = '$p = new Phar($argv[1]); $p["attack.php"] = $argv[2];'
                . '$p->setStub($argv[2] . " __HALT_COMPILER();");';
            Child::run($make, [$local, self::ATTACK], ['phar.readonly' => '0']);
        }
        return $local;
    }
}
