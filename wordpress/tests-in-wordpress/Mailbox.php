<?php

declare(strict_types=1);

namespace Aloft\InWordPress;

/**
 * The mails that `sendmail.php` received, in a folder of their own.
 */
final class Mailbox
{
    private function __construct(private readonly string $folder)
    {
    }

    public static function open(): self
    {
        $folder = sys_get_temp_dir() . '/aloft-mail-' . bin2hex(random_bytes(6));
        mkdir($folder);
        putenv("MAIL_FOLDER=$folder");
        return new self($folder);
    }

    public function close(): void
    {
        array_map(unlink(...), glob("$this->folder/*"));
        rmdir($this->folder);
    }

    /** From now on no mail is taken. */
    public function refuse(): void
    {
        touch("$this->folder/refuses");
    }

    /** @return list<string> the messages, the oldest first */
    public function messages(): array
    {
        return array_map(file_get_contents(...), glob("$this->folder/*.eml"));
    }

    /** The files that came with a message. @return array<string, string> content by name */
    public static function files(string $message): array
    {
        [$head, $body] = self::split($message);
        if (preg_match('/^Content-Type: multipart\/.*?boundary="?([^"\n]+)/ims', $head, $match) === 1) {
            $parts = array_slice(explode("\n--$match[1]", "\n$body"), 1, -1);
            return array_merge([], ...array_map(self::files(...), array_map('ltrim', $parts)));
        }
        return preg_match('/^Content-Disposition:.*?filename="?([^"\n]+)/ims', $head, $name) === 1
            ? [$name[1] => base64_decode($body, true)]
            : [];
    }

    /** @return array{string, string} head and body */
    private static function split(string $message): array
    {
        return explode("\n\n", str_replace("\r\n", "\n", $message), 2);
    }
}
