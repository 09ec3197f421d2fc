<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\LocalPath;
use Aloft\Files\S3Path;
use Aloft\Stream\LocalCopies;

/**
 * Gives the mailer local copies of uploads that a mail attaches or embeds, while the mail is being sent. PHPMailer
 * rejects every path with a scheme, and WordPress then sends the mail without the file.
 *
 * The copies keep the names of the uploads. A mail whose files cannot be read is not sent: `wp_mail()` returns false,
 * and `wp_mail_failed` has the reason. Copies are deleted when the mail is sent, has failed or was passed to another
 * mailer. If sending threw an exception, they are deleted with the next mail or at the end of the PHP request.
 */
final class MailAttachments
{
    /** @var array<int, list<string>> copies, by nesting depth of wp_mail() */
    private array $copies = [];

    /** @var array<int, list<string>> reasons for missing files, by nesting depth of wp_mail() */
    private array $failures = [];

    public function __construct(private readonly LocalCopies $files)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_mail', $this->copyFiles(...), PHP_INT_MAX);
        $hooks->add('pre_wp_mail', $this->refuse(...), PHP_INT_MIN, 2);
        $hooks->add('pre_wp_mail', $this->endIfSent(...), PHP_INT_MAX);
        $hooks->add('wp_mail_succeeded', $this->end(...), PHP_INT_MAX);
        $hooks->add('wp_mail_failed', $this->end(...), PHP_INT_MAX);
    }

    /**
     * @param array<string, mixed> $mail to, subject, message, headers, attachments; embeds since WordPress 6.9
     * @return array<string, mixed>
     */
    private function copyFiles(array $mail): array
    {
        $this->end();
        foreach (array_intersect(['attachments', 'embeds'], array_keys($mail)) as $kind) {
            $paths = is_array($mail[$kind]) ? $mail[$kind] : preg_split('/\r?\n/', (string) $mail[$kind]);
            if (array_filter($paths, S3Path::isS3(...)) !== []) {
                $mail[$kind] = array_map($this->copy(...), $paths);
            }
        }
        return $mail;
    }

    private function copy(mixed $path): mixed
    {
        if (!S3Path::isS3($path)) {
            return $path;
        }
        try {
            return $this->copies[self::depth()][] = $this->files->named(S3Path::parse($path));
        } catch (LocalPath $place) {
            return $place->path;
        } catch (AgentException $refusal) {
            $this->failures[self::depth()][] = "$path: {$refusal->getMessage()}";
            return $path;
        }
    }

    /**
     * Runs before another mailer sends the mail.
     *
     * @param array<string, mixed> $mail
     */
    private function refuse(mixed $sent, array $mail): mixed
    {
        $failures = $this->failures[self::depth()] ?? [];
        if ($sent !== null || $failures === []) {
            return $sent;
        }
        /* translators: %s: paths of uploads, each with a reason */
        $message = __('The mail was not sent, because attachments cannot be read: %s', 'aloft');
        $message = sprintf($message, implode('; ', $failures));
        do_action('wp_mail_failed', new \WP_Error('wp_mail_failed', $message, $mail));
        return false;
    }

    private function endIfSent(mixed $sent): mixed
    {
        if ($sent !== null) {
            $this->end();
        }
        return $sent;
    }

    /** Deletes the copies of this mail and of mails nested in it. */
    private function end(): void
    {
        $depth = self::depth();
        foreach (array_keys($this->copies + $this->failures) as $begun) {
            if ($begun >= $depth) {
                array_map($this->files->done(...), $this->copies[$begun] ?? []);
                unset($this->copies[$begun], $this->failures[$begun]);
            }
        }
    }

    /** Nesting depth of wp_mail(): a hook of one mail may send another. */
    private static function depth(): int
    {
        $functions = array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function');
        return count(array_keys($functions, 'wp_mail', true));
    }
}
