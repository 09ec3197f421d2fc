<?php

declare(strict_types=1);

namespace Aloft\Integrations;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\LocalFolder;
use Aloft\Files\LocalPath;
use Aloft\Files\S3Path;
use Aloft\Uploads\Hooks;
use Aloft\Uploads\UploadsDirectory;

/**
 * Keeps the temporary uploads of Contact Form 7 on this host, until the mail is sent, and attaches the uploads that a
 * form's settings name. The plugin checks the place of every file with realpath(), and drops files from the mail that
 * have none. Constants that the site defines stay in effect.
 */
final class ContactForm7
{
    /** A header of every mail of the plugin. */
    private const HEADER = 'X-WPCF7-Content-Type:';

    private readonly NamedUploads $named;

    /** @var list<string> uploads that the next mail attaches */
    private array $uploads = [];

    public function __construct(UploadsDirectory $uploads, private readonly Files $files)
    {
        $this->named = new NamedUploads($uploads);
    }

    public static function isThere(): bool
    {
        return defined('WPCF7_VERSION');
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wpcf7_mail_components', $this->keepUploads(...), PHP_INT_MAX);
        $hooks->add('wp_mail', $this->attachUploads(...));
        self::keepTemporaryFilesHere();
    }

    /**
     * @param array<string, mixed> $mail its attachments as paths, among others
     * @return array<string, mixed>
     */
    private function keepUploads(array $mail): array
    {
        $this->uploads = [];
        $attachments = [];
        foreach ((array) ($mail['attachments'] ?? []) as $file) {
            $path = $this->named->place($file);
            $path === null || $this->isMissing($path) ? $attachments[] = $file : $this->uploads[] = $path;
        }
        return ['attachments' => $attachments] + $mail;
    }

    /** False while S3 does not answer: the mail then fails and says why. */
    private function isMissing(string $path): bool
    {
        try {
            return $this->files->stat(S3Path::parse($path))?->isDirectory ?? true;
        } catch (LocalPath $place) {
            return !is_file($place->path);
        } catch (AgentException) {
            return false;
        }
    }

    /**
     * @param array<string, mixed> $mail
     * @return array<string, mixed>
     */
    private function attachUploads(array $mail): array
    {
        if ($this->uploads !== [] && str_contains(implode("\n", (array) $mail['headers']), self::HEADER)) {
            $mail['attachments'] = [...(array) $mail['attachments'], ...$this->uploads];
            $this->uploads = [];
        }
        return $mail;
    }

    private static function keepTemporaryFilesHere(): void
    {
        if (defined('WPCF7_UPLOADS_TMP_DIR')) {
            return;
        }
        if (!defined('WP_TEMP_DIR')) {
            define('WP_TEMP_DIR', get_temp_dir());
        }
        $site = substr(md5(ABSPATH), 0, 12);
        define('WPCF7_UPLOADS_TMP_DIR', LocalFolder::in((string) constant('WP_TEMP_DIR')) . "/forms-$site");
    }
}
