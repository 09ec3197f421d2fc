<?php

declare(strict_types=1);

namespace Aloft\Tests;

use PHPUnit\Framework\TestCase;

/**
 * Texts that wp-admin shows can be translated, and `languages/aloft.pot` has all of them.
 */
final class TranslationsTest extends TestCase
{
    private const TEMPLATE = 'languages/aloft.pot';

    public function testTheTemplateIsUpToDate(): void
    {
        $command = [PHP_BINARY, self::root() . '/bin/make-pot.php', '--print'];
        $script = proc_open($command, [1 => ['pipe', 'w']], $pipes);
        $printed = stream_get_contents($pipes[1]);
        self::assertSame(0, proc_close($script));
        self::assertStringEqualsFile(self::root() . '/' . self::TEMPLATE, $printed, 'run php bin/make-pot.php');
    }

    public function testEveryTextIsALiteral(): void
    {
        $template = (string) file_get_contents(self::root() . '/' . self::TEMPLATE);
        self::assertSame(1, substr_count($template, "msgid \"\"\n"), 'the header; a variable would be a second one');
    }

    public function testATextNamesTheFilesThatHaveIt(): void
    {
        $entries = explode("\n\n", (string) file_get_contents(self::root() . '/' . self::TEMPLATE));
        foreach (array_slice($entries, 1) as $entry) {
            self::assertSame(1, preg_match('/^msgid "(.*)"$/m', $entry, $text), $entry);
            preg_match_all('/^#: (.+)$/m', $entry, $files);
            foreach ($files[1] as $file) {
                $code = (string) file_get_contents(self::root() . "/$file");
                $joined = stripslashes((string) preg_replace('/\'\s*\.\s*\'/', '', $code));
                self::assertStringContainsString(stripslashes($text[1]), $joined, $entry);
            }
        }
    }

    public function testATextWithPlaceholdersHasAComment(): void
    {
        $template = (string) file_get_contents(self::root() . '/' . self::TEMPLATE);
        foreach (explode("\n\n", $template) as $entry) {
            if (str_contains($entry, '#, php-format')) {
                self::assertStringContainsString('#. translators: ', $entry);
            }
        }
    }

    public function testFindingsAreTranslated(): void
    {
        foreach (self::code() as $file => $code) {
            $literal = '/Finding::(?:good|recommended|critical)\(\s*[\'"]/';
            self::assertDoesNotMatchRegularExpression($literal, $code, $file);
        }
    }

    /** The agent names what is under way in English. */
    public function testPartsOfOperationsAreTranslated(): void
    {
        $template = (string) file_get_contents(self::root() . '/' . self::TEMPLATE);
        $sources = glob(dirname(self::root()) . '/backup/src/main/java/dev/aloft/{,*/,*/*/}*.java', GLOB_BRACE);
        $code = implode(array_map(file_get_contents(...), $sources));
        preg_match_all('/\b(?:begin(?:Stream)?|open|show)\(([^;{]*)/', $code, $calls);
        preg_match_all('/"([a-z][A-Za-z0-9 ]+)"/', implode("\n", $calls[1]), $words);

        self::assertContains('copying files into S3', $words[1]);
        foreach ($words[1] as $text) {
            self::assertStringContainsString("msgid \"$text\"\n", $template, 'Operations/OperationsSection.php');
        }
    }

    /** @return array<string, string> by file */
    private static function code(): array
    {
        $files = glob(self::root() . '/src/{*,*/*}.php', GLOB_BRACE);
        return array_combine($files, array_map(file_get_contents(...), $files));
    }

    private static function root(): string
    {
        return dirname(__DIR__);
    }
}
