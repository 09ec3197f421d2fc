<?php

declare(strict_types=1);

namespace Aloft\Tests;

/**
 * A process between the wrapper and the real agent, which writes down every request and interferes when told to.
 */
final class Relay
{
    /** @param resource $process */
    private function __construct(
        public readonly string $address,
        private readonly string $folder,
        private $process,
    ) {
    }

    public static function start(string $agent): self
    {
        $folder = sys_get_temp_dir() . '/aloft-relay-' . bin2hex(random_bytes(6));
        mkdir($folder, 0700);
        $process = proc_open(
            [PHP_BINARY, '-n', __DIR__ . '/relay-process.php', $agent, $folder],
            [1 => ['pipe', 'w'], 2 => STDERR],
            $pipes,
        );
        if (fgets($pipes[1]) !== "ready\n") {
            throw new \RuntimeException("the relay in $folder did not start");
        }
        return new self("$folder/socket", $folder, $process);
    }

    /** @return list<string> "METHOD target", in order */
    public function requests(): array
    {
        preg_match_all('~^(\S+ \S+) HTTP/1\.1\r?$~m', $this->log(), $matches);
        return $matches[1];
    }

    /** The heads of all requests, one after the other. */
    public function log(): string
    {
        return (string) @file_get_contents("$this->folder/requests");
    }

    public function connections(): int
    {
        return (int) @filesize("$this->folder/connections");
    }

    public function forget(): void
    {
        file_put_contents("$this->folder/requests", '');
        file_put_contents("$this->folder/connections", '');
    }

    /** Requests of that method never reach the agent, and get this answer. */
    public function answer(string $method, int $status, string $text, int $afterSeconds = 0): void
    {
        $length = strlen($text);
        $answer = "HTTP/1.1 $status No\r\nConnection: close\r\nContent-Length: $length\r\n\r\n$text";
        $this->interfere($method, $answer, $afterSeconds);
    }

    /** The connection ends when such a request comes. */
    public function drop(string $method, int $afterSeconds = 0): void
    {
        $this->interfere($method, '', $afterSeconds);
    }

    /** Such a request is never answered. */
    public function ignore(string $method): void
    {
        $this->interfere($method, 'silence');
    }

    /** The connection ends right after each answer, as an agent's does that restarts. */
    public function closeAfterEachAnswer(): void
    {
        touch("$this->folder/close");
    }

    public function interfereNoMore(): void
    {
        @unlink("$this->folder/fault");
        @unlink("$this->folder/close");
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
        array_map(unlink(...), glob("$this->folder/*") ?: []);
        rmdir($this->folder);
    }

    private function interfere(string $method, string $answer, int $afterSeconds = 0): void
    {
        file_put_contents("$this->folder/fault", "$method\n$afterSeconds\n$answer");
    }
}
