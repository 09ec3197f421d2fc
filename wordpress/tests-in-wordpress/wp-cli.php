<?php

/*
 * Stands in for wp-cli, which Debian does not have: it loads WordPress with WP_CLI defined, takes commands by
 * WP_CLI::add_command() as wp-cli documents it, finds subcommands and their arguments in the comments of a class's
 * public methods, refuses what they do not name, and calls the method with arguments and options.
 *
 * SITE_CODE=… SITE_HOST=… php wp-cli.php s3-uploads cp from to
 */

declare(strict_types=1);

require __DIR__ . '/wp-cli-utils.php';

final class WP_CLI
{
    /** @var array<string, class-string|object> */
    private static array $commands = [];

    public static function add_command(string $name, string|object $command): void
    {
        self::$commands[$name] = $command;
    }

    public static function line(string $text = ''): void
    {
        fwrite(STDOUT, "$text\n");
    }

    public static function log(string $text): void
    {
        self::line($text);
    }

    public static function success(string $text): void
    {
        self::line("Success: $text");
    }

    public static function warning(string $text): void
    {
        fwrite(STDERR, "Warning: $text\n");
    }

    public static function error(string $text, bool $ends = true): void
    {
        fwrite(STDERR, "Error: $text\n");
        if ($ends) {
            exit(1);
        }
    }

    public static function halt(int $status): never
    {
        exit($status);
    }

    public static function print_value(mixed $value): void
    {
        self::line(is_scalar($value) ? (string) $value : var_export($value, true));
    }

    /** @param list<string> $words */
    public static function run(array $words): void
    {
        $name = (string) array_shift($words);
        if (isset(self::$commands["$name " . ($words[0] ?? '')])) {
            $name .= ' ' . array_shift($words);
        }
        $subcommand = (string) array_shift($words);
        $class = self::$commands[$name] ?? self::error("'$name' is not a registered wp command.");
        foreach ((new ReflectionClass($class))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
            $comment = (string) $method->getDocComment();
            $own = preg_match('/@subcommand (\S+)/', $comment, $match) === 1 ? $match[1] : $method->getName();
            if (!$method->isStatic() && $own === $subcommand) {
                [$arguments, $options] = self::read($words, $comment);
                $method->invoke(is_object($class) ? $class : new $class(), $arguments, $options);
                return;
            }
        }
        self::error("'$subcommand' is not a registered subcommand of '$name'.");
    }

    /**
     * @param list<string> $words
     * @return array{list<string>, array<string, string|true>}
     */
    private static function read(array $words, string $comment): array
    {
        preg_match_all('/^\s*\* (\[?)<[\w-]+>(\.\.\.)?\]?$/m', $comment, $positions);
        preg_match_all('/^\s*\* \[--([\w-]+)(=<[\w-]+>)?\]$/m', $comment, $named, PREG_SET_ORDER);
        $takesValue = array_combine(array_column($named, 1), array_map(
            static fn (array $option): bool => isset($option[2]),
            $named,
        ));
        $arguments = $options = [];
        foreach ($words as $word) {
            if (preg_match('/^--([\w-]+)(?:=(.*))?$/s', $word, $match) !== 1) {
                $arguments[] = $word;
            } elseif (!isset($takesValue[$match[1]]) || $takesValue[$match[1]] !== isset($match[2])) {
                self::error("unknown --$match[1] parameter");
            } else {
                $options[$match[1]] = $match[2] ?? true;
            }
        }
        $needed = count(array_filter($positions[1], static fn (string $bracket): bool => $bracket === ''));
        $limit = in_array('...', $positions[2], true) ? PHP_INT_MAX : count($positions[1]);
        if (count($arguments) < $needed || count($arguments) > $limit) {
            self::error('Too few or too many positional arguments.');
        }
        return [$arguments, $options];
    }
}

define('WP_CLI', true);
$_SERVER['HTTP_HOST'] = $_SERVER['SERVER_NAME'] = getenv('SITE_HOST');
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
if (getenv('S3_UPLOADS_AUTOENABLE') === 'false') {
    define('S3_UPLOADS_AUTOENABLE', false);
}
ini_set('display_errors', 'stderr');

require getenv('SITE_CODE') . '/wp-load.php';

WP_CLI::run(array_slice($argv, 1));
