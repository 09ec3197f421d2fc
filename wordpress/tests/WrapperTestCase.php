<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Agent\Agent;
use Aloft\Files\Files;
use Aloft\Stream\StreamWrapper;
use Aloft\Uploads\Settings;
use PHPUnit\Framework\TestCase;

/**
 * A directory of its own in the bucket for each test, which is empty again afterwards; and the warnings that a
 * step gives.
 */
abstract class WrapperTestCase extends TestCase
{
    protected string $directory;

    /** @var list<Relay> */
    private array $relays = [];

    protected function setUp(): void
    {
        $settings = Settings::read();
        $this->useAgent($settings->socket);
        $this->directory = "s3://$settings->bucket/uploads/tests-" . bin2hex(random_bytes(6));
    }

    protected function tearDown(): void
    {
        foreach ($this->relays as $relay) {
            $relay->stop();
        }
        $this->useAgent(Settings::read()->socket);
        self::remove($this->directory);
    }

    protected function useAgent(string $address, bool $isStrict = true, int $silenceSeconds = 28): void
    {
        StreamWrapper::register(new Files(new Agent($address, $silenceSeconds)), $isStrict);
    }

    /** From now on the wrapper reaches the agent through a relay, which counts and interferes. */
    protected function useRelay(bool $isStrict = true, int $silenceSeconds = 28): Relay
    {
        $relay = Relay::start(Settings::read()->socket);
        $this->relays[] = $relay;
        $this->useAgent($relay->address, $isStrict, $silenceSeconds);
        return $relay;
    }

    protected function file(string $name, string $content): string
    {
        file_put_contents("$this->directory/$name", $content);
        return "$this->directory/$name";
    }

    /**
     * @param callable(): mixed $step
     * @return list<string> the warnings it gave, those hidden by "@" left out
     */
    protected static function warningsOf(callable $step): array
    {
        $warnings = [];
        set_error_handler(static function (int $level, string $message) use (&$warnings): bool {
            if ((error_reporting() & $level) !== 0) {
                $warnings[] = $message;
            }
            return true;
        });
        try {
            $step();
        } finally {
            restore_error_handler();
        }
        return $warnings;
    }

    /** The one warning with Aloft's tag that the step gives. */
    protected static function warningOf(callable $step): string
    {
        $ours = array_values(array_filter(
            self::warningsOf($step),
            static fn (string $warning): bool => str_starts_with($warning, 'aloft: '),
        ));
        self::assertCount(1, $ours, 'warnings with the tag: ' . implode(' | ', $ours));
        return $ours[0];
    }

    private static function remove(string $directory): void
    {
        foreach (@scandir($directory) ?: [] as $name) {
            is_dir("$directory/$name") ? self::remove("$directory/$name") : unlink("$directory/$name");
        }
        @rmdir($directory);
    }
}
