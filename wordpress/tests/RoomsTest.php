<?php

declare(strict_types=1);

namespace Aloft\Tests;

use PHPUnit\Framework\TestCase;

/**
 * The folders of `src` and their dependencies: each may use only those below it. Classes outside a folder wire the
 * folders together, and no folder uses them; the two documented exceptions are no part of the wiring.
 */
final class RoomsTest extends TestCase
{
    /** A folder, and what it may use beside itself. */
    private const USES = [
        'Agent' => [],
        'Files' => ['Agent'],
        'Stream' => ['Files', 'Agent'],
        'Uploads' => ['Stream', 'Files', 'Agent'],
        'PrivateMedia' => ['Uploads', 'Stream', 'Files', 'Agent'],
        'Pictures' => ['Uploads', 'Stream', 'Files', 'Agent'],
        'Library' => ['PrivateMedia', 'Uploads', 'Stream', 'Files', 'Agent'],
        'Operations' => ['Library', 'PrivateMedia', 'Pictures', 'Uploads', 'Stream', 'Files', 'Agent'],
        'Integrations' => ['Uploads', 'Stream', 'Files', 'Agent'],
    ];
    private const COMPATIBILITY = 'S3_Uploads';
    private const EXCEPTIONS = ['Aloft\\ReadFailed', 'Aloft\\WriteFailed'];

    public function testEveryFolderHasItsPlace(): void
    {
        $folders = array_map(basename(...), glob(self::source() . '/*', GLOB_ONLYDIR));
        self::assertEqualsCanonicalizing([...array_keys(self::USES), self::COMPATIBILITY], $folders);
    }

    public function testTheReadmeNamesEveryClass(): void
    {
        $page = file_get_contents(dirname(self::source()) . '/README.md');
        foreach (array_diff(array_keys(self::USES), ['Integrations']) as $folder) {
            foreach (array_keys(self::files($folder)) as $file) {
                self::assertStringContainsString('`' . basename($file, '.php') . '`', $page);
            }
        }
    }

    public function testNamespacesAreFolders(): void
    {
        foreach (array_keys(self::USES) as $folder) {
            foreach (self::files($folder) as $file => $code) {
                if (preg_match('/^(?:final |abstract )?(?:class|interface|trait) (\w+)/m', $code, $match) === 1) {
                    self::assertStringContainsString("\nnamespace Aloft\\$folder;\n", $code, $file);
                    self::assertSame("$match[1].php", basename($file));
                }
            }
        }
    }

    /** Other plugins look for classes by class_exists(), also for those of an older version. */
    public function testAClassThatDoesNotExistIsNoError(): void
    {
        self::assertFalse(class_exists('Aloft\Files'));
        self::assertTrue(class_exists('Aloft\Files\Files'));
    }

    /** @dataProvider folders */
    public function testAFolderUsesOnlyWhatIsBelowIt(string $folder): void
    {
        $allowed = [$folder, ...self::USES[$folder]];
        $wrong = [];
        foreach (self::files($folder) as $file => $code) {
            foreach (array_diff(self::namesIn($code), self::EXCEPTIONS) as $name) {
                $room = explode('\\', $name)[1];
                if (str_starts_with($name, 'S3_Uploads\\') || !in_array($room, $allowed, true)) {
                    $wrong[] = basename($file) . " uses $name";
                }
            }
        }
        self::assertSame([], $wrong);
    }

    /** @return array<string, array{string}> */
    public static function folders(): array
    {
        $folders = array_keys(self::USES);
        return array_combine($folders, array_map(static fn (string $folder): array => [$folder], $folders));
    }

    public function testAFileThatUsesAnotherFolderIsSeen(): void
    {
        $code = "<?php namespace Aloft\\Agent;\nuse Aloft\\Files\\S3Path;\n"
            . "new \\Aloft\\Plugin(); \\S3_Uploads\\Plugin::a();";
        self::assertSame(['Aloft\\Files\\S3Path', 'Aloft\\Plugin', 'S3_Uploads\\Plugin'], self::namesIn($code));
    }

    /** @return list<string> the names of Aloft's own classes that stand in the code with their namespace */
    private static function namesIn(string $code): array
    {
        $names = [];
        $isNamespace = false;
        foreach (\PhpToken::tokenize($code) as $token) {
            if ($token->is([T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED]) && !$isNamespace) {
                $names[] = ltrim($token->text, '\\');
            }
            $isNamespace = $token->is(T_NAMESPACE) || $isNamespace && $token->isIgnorable();
        }
        return array_values(array_filter(
            $names,
            static fn (string $name): bool => preg_match('/^(?:Aloft|S3_Uploads)\\\\/', $name) === 1,
        ));
    }

    /** @return array<string, string> code by file */
    private static function files(string $folder): array
    {
        $files = glob(self::source() . "/$folder/*.php");
        return array_combine($files, array_map(file_get_contents(...), $files));
    }

    private static function source(): string
    {
        return dirname(__DIR__) . '/src';
    }
}
