<?php

declare(strict_types=1);

namespace Aloft\Stream;

use Aloft\WriteFailed;

/**
 * Sends files that are still open for writing when the PHP request ends, after all other shutdown functions. PHP itself
 * closes them only after its extensions have shut down, when a failure can no longer be reported.
 */
final class ShutdownFlush
{
    /** @var array<int, \Closure(): mixed> by object id of the open file */
    private static array $pending = [];
    private static bool $isRegistered = false;

    /** @param \Closure(): mixed $finish may throw {@see WriteFailed} */
    public static function add(object $file, \Closure $finish): void
    {
        self::$pending[spl_object_id($file)] = $finish;
        if (!self::$isRegistered) {
            self::$isRegistered = true;
            register_shutdown_function(static function (): void {
                register_shutdown_function(self::finishAll(...));
            });
        }
    }

    public static function remove(object $file): void
    {
        unset(self::$pending[spl_object_id($file)]);
    }

    /** Finishes every file, and throws the first failure. */
    private static function finishAll(): void
    {
        $failure = null;
        foreach (self::$pending as $finish) {
            try {
                $finish();
            } catch (WriteFailed $failed) {
                $failure ??= $failed;
            }
        }
        self::$pending = [];
        if ($failure !== null) {
            throw $failure;
        }
    }
}
