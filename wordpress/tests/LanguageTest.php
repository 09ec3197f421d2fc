<?php

declare(strict_types=1);

namespace Aloft\Tests;

use PhpParser\Node;
use PhpParser\NodeFinder;
use PhpParser\ParserFactory;
use PHPUnit\Framework\TestCase;

/**
 * The plugin is written in PHP 8.1: nothing in it needs a newer one, or is going out of use, as Debian's parser of
 * PHP sees it.
 */
final class LanguageTest extends TestCase
{
    private const NEW_TYPES = ['true', 'false', 'null'];
    private const NEW_FUNCTIONS = [
        // 8.2
        'curl_upkeep', 'ini_parse_quantity', 'libxml_get_external_entity_loader', 'memory_reset_peak_usage',
        'mysqli_execute_query', 'openssl_cipher_key_length',
        // 8.3
        'json_validate', 'mb_str_pad', 'posix_sysconf', 'posix_pathconf', 'posix_fpathconf', 'posix_eaccess',
        'socket_atmark', 'str_increment', 'str_decrement', 'stream_context_set_options',
        // 8.4
        'array_find', 'array_find_key', 'array_any', 'array_all', 'bcdivmod', 'fpow', 'http_get_last_response_headers',
        'http_clear_last_response_headers', 'mb_trim', 'mb_ltrim', 'mb_rtrim', 'mb_ucfirst', 'mb_lcfirst',
        'request_parse_body',
    ];

    public static function setUpBeforeClass(): void
    {
        require_once 'PhpParser/autoload.php';
    }

    /** @dataProvider files */
    public function testAFileNeedsNoNewerPhp(string $file): void
    {
        $tree = (new ParserFactory())->create(ParserFactory::ONLY_PHP7)->parse((string) file_get_contents($file));

        $new = (new NodeFinder())->find($tree, self::isNew(...));

        self::assertSame([], array_map(
            static fn (Node $node): string => $node->getType() . ' in line ' . $node->getStartLine(),
            $new,
        ));
    }

    public function testTheSearchFindsWhatIsNew(): void
    {
        $code = '<?php readonly class A {} function f(): true {} function g((A&B)|null $x) {}'
            . ' trait T { const X = 1; } mb_trim(""); function h(string $x = null) {}';
        $tree = (new ParserFactory())->create(ParserFactory::ONLY_PHP7)->parse($code);

        self::assertCount(6, (new NodeFinder())->find($tree, self::isNew(...)));
    }

    /** @return array<string, array{string}> */
    public static function files(): array
    {
        $root = dirname(__DIR__);
        $found = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator("$root/src"));
        $files = ['aloft.php' => ["$root/aloft.php"]];
        foreach ($found as $file) {
            if ($file->getExtension() === 'php') {
                $files[$file->getFilename()] = [$file->getPathname()];
            }
        }
        return $files;
    }

    private static function isNew(Node $node): bool
    {
        return match (true) {
            $node instanceof Node\Stmt\Class_ => $node->isReadonly(),
            $node instanceof Node\Stmt\Trait_ => $node->getConstants() !== [],
            $node instanceof Node\UnionType => self::hasIntersection($node),
            $node instanceof Node\FunctionLike => self::isNewType($node->getReturnType()),
            $node instanceof Node\Param => self::isNewType($node->type) || self::isSecretlyNullable($node),
            $node instanceof Node\Stmt\Property => self::isNewType($node->type),
            $node instanceof Node\Expr\FuncCall => $node->name instanceof Node\Name
                && in_array($node->name->toLowerString(), self::NEW_FUNCTIONS, true),
            default => false,
        };
    }

    /** True for a default of null without a nullable type, which PHP 8.4 deprecates. */
    private static function isSecretlyNullable(Node\Param $parameter): bool
    {
        return ($parameter->type instanceof Node\Identifier || $parameter->type instanceof Node\Name)
            && $parameter->type->toString() !== 'mixed'
            && $parameter->default instanceof Node\Expr\ConstFetch
            && $parameter->default->name->toLowerString() === 'null';
    }

    private static function isNewType(?Node $type): bool
    {
        return $type instanceof Node\Identifier && in_array($type->toLowerString(), self::NEW_TYPES, true);
    }

    private static function hasIntersection(Node\UnionType $type): bool
    {
        foreach ($type->types as $part) {
            if ($part instanceof Node\IntersectionType) {
                return true;
            }
        }
        return false;
    }
}
