<?php

/*
 * Collects the texts that wp-admin shows, with their translators' comments, into languages/aloft.pot.
 *
 *     php wordpress/bin/make-pot.php           writes the file
 *     php wordpress/bin/make-pot.php --print   prints it
 */

declare(strict_types=1);

const DOMAIN = 'aloft';
const FUNCTIONS = ['__', 'esc_html__', 'esc_attr__', '_e', 'esc_html_e', 'esc_attr_e'];

/**
 * The texts of one file. A text is a literal, or literals joined by dots.
 *
 * @return list<array{text: string, comment: string, line: int}>
 */
function texts(string $code): array
{
    $tokens = array_values(array_filter(
        PhpToken::tokenize($code),
        static fn (PhpToken $token): bool => !$token->is(T_WHITESPACE),
    ));
    $texts = [];
    $comment = '';
    foreach ($tokens as $index => $token) {
        if ($token->is(T_COMMENT) && preg_match('~^/\*\s*(translators: .*?)\s*\*/$~s', $token->text, $match) === 1) {
            $comment = $match[1];
        }
        if (!$token->is(FUNCTIONS) || $tokens[$index + 1]->text !== '(') {
            continue;
        }
        $text = '';
        for ($next = $index + 2; $tokens[$next]->is(T_CONSTANT_ENCAPSED_STRING) || $tokens[$next]->is('.'); $next++) {
            $text .= $tokens[$next]->is('.') ? '' : literal($tokens[$next]->text);
        }
        if ($tokens[$next]->text === ',' && literal($tokens[$next + 1]->text) === DOMAIN) {
            $texts[] = ['text' => $text, 'comment' => $comment, 'line' => $token->line];
            $comment = '';
        }
    }
    return $texts;
}

/** The value of a string literal without escape sequences other than those of single quotes. */
function literal(string $source): string
{
    return strtr(substr($source, 1, -1), ['\\\\' => '\\', "\\'" => "'"]);
}

function quoted(string $text): string
{
    return '"' . addcslashes($text, "\"\\\n") . '"';
}

function template(string $root): string
{
    $files = glob("$root/src/{*,*/*}.php", GLOB_BRACE);
    sort($files);
    $entries = [];
    foreach ($files as $file) {
        foreach (texts((string) file_get_contents($file)) as $text) {
            $entries[$text['text']]['comments'][$text['comment']] = true;
            $entries[$text['text']]['files'][substr($file, strlen($root) + 1)] = true;
        }
    }
    $pot = "msgid \"\"\nmsgstr \"\"\n\"Project-Id-Version: Aloft\\n\"\n\"MIME-Version: 1.0\\n\"\n"
        . "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n"
        . "\"X-Domain: " . DOMAIN . "\\n\"\n";
    foreach ($entries as $text => $entry) {
        $pot .= "\n";
        foreach (array_filter(array_keys($entry['comments'])) as $comment) {
            $pot .= "#. $comment\n";
        }
        foreach (array_keys($entry['files']) as $file) {
            $pot .= "#: $file\n";
        }
        $pot .= (preg_match('/%(?:\d\$)?[sd]/', (string) $text) === 1 ? "#, php-format\n" : '')
            . 'msgid ' . quoted((string) $text) . "\nmsgstr \"\"\n";
    }
    return $pot;
}

$pot = template(dirname(__DIR__));
if (($argv[1] ?? '') === '--print') {
    echo $pot;
} else {
    file_put_contents(dirname(__DIR__) . '/languages/aloft.pot', $pot);
}
