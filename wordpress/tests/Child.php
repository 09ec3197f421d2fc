<?php

declare(strict_types=1);

namespace Aloft\Tests;

use Aloft\Uploads\Settings;

/**
 * A PHP process of its own, in which the wrapper is registered as on a server: by auto_prepend_file.
 */
final class Child
{
    public string $output = '';
    public int $status = -1;

    /**
     * @param resource $process
     * @param resource $pipe    what it writes
     */
    private function __construct(private $process, private $pipe)
    {
    }

    /**
     * @param list<string>          $arguments
     * @param array<string, string> $ini
     * @param ?string               $socket    where the agent is; null for the one under test
     */
    public static function run(string $code, array $arguments = [], array $ini = [], ?string $socket = null): self
    {
        $child = self::start($code, $arguments, $ini, $socket);
        $child->wait();
        return $child;
    }

    /**
     * @param list<string>          $arguments
     * @param array<string, string> $ini
     */
    public static function start(string $code, array $arguments = [], array $ini = [], ?string $socket = null): self
    {
        $command = [PHP_BINARY, '-d', 'auto_prepend_file=' . dirname(__DIR__) . '/aloft.php', '-d', 'display_errors=1'];
        foreach ($ini + ['log_errors' => '0', 'html_errors' => '0'] as $name => $value) {
            array_push($command, '-d', "$name=$value");
        }
        $process = proc_open(
            [...$command, '--', ...$arguments],
            [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]],
            $pipes,
            null,
            ['ALOFT_SOCKET' => $socket ?? Settings::read()->socket] + getenv(),
        );
        fwrite($pipes[0], "<?php $code");
        fclose($pipes[0]);
        return new self($process, $pipes[1]);
    }

    /** Until its end. @return string all that it wrote */
    public function wait(): string
    {
        $this->output = (string) stream_get_contents($this->pipe);
        $this->status = proc_close($this->process);
        return $this->output;
    }
}
