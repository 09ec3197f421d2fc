<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;
use Aloft\PrivateMedia\PrivateMedia;
use Aloft\ReadFailed;
use Aloft\Uploads\AttachmentFiles;
use Aloft\Uploads\Settings;
use Aloft\WriteFailed;

/**
 * Manages the uploads in the bucket.
 */
final class Commands
{
    private const BATCH = 1000;

    /** Static, because WP-CLI creates the object by its class name. */
    private static Settings $settings;
    private static Files $files;
    private static PrivateMedia $privateMedia;

    /** Registers `wp aloft …`, and `wp s3-uploads …` for scripts written for S3-Uploads. */
    public static function register(Settings $settings, Files $files, PrivateMedia $privateMedia): void
    {
        [self::$settings, self::$files, self::$privateMedia] = [$settings, $files, $privateMedia];
        if (defined('WP_CLI') && WP_CLI) {
            \WP_CLI::add_command('aloft', self::class);
            \WP_CLI::add_command('s3-uploads', self::class);
        }
    }

    /**
     * Writes a file into the uploads, reads it back and removes it.
     *
     * ## EXAMPLES
     *
     *     wp aloft verify
     */
    public function verify(): void
    {
        $path = wp_upload_dir(null, false)['basedir'] . '/aloft-verify-' . bin2hex(random_bytes(6)) . '.txt';
        \WP_CLI::log("Writing $path");
        $text = 'Written by wp aloft verify';
        self::ensure(self::$settings->isOff === false, 'uploads stay on this server: wp aloft enable');
        self::ensure(self::attempt(static fn () => file_put_contents($path, $text)) !== false, 'cannot write');
        self::ensure(@file_get_contents($path) === $text, 'the content read differs from what was written');
        self::ensure(self::attempt(static fn () => unlink($path)) !== false, 'cannot remove');
        \WP_CLI::success('Uploads can be written, read and removed.');
    }

    /**
     * Shows the state of this server's agent and its store.
     *
     * ## EXAMPLES
     *
     *     wp aloft status
     */
    public function status(): void
    {
        try {
            $status = self::$files->status();
        } catch (AgentException $refusal) {
            \WP_CLI::error($refusal->getMessage());
        }
        foreach ($status as $name => $value) {
            \WP_CLI::log("$name: " . (is_scalar($value) && !is_bool($value) ? $value : wp_json_encode($value)));
        }
    }

    /**
     * Lists all files below a directory of the bucket.
     *
     * ## OPTIONS
     *
     * [<path>]
     * : The directory, below the bucket and prefix of the site. Default: all files.
     *
     * ## EXAMPLES
     *
     *     wp aloft ls uploads/2026/11
     *
     * @param list<string> $args
     */
    public function ls(array $args): void
    {
        $root = self::path($args[0] ?? '');
        foreach (self::filesBelow($root) as $file) {
            \WP_CLI::line(substr($file, strlen($root) + 1));
        }
    }

    /**
     * Copies a file or a directory tree to or from the bucket.
     *
     * ## OPTIONS
     *
     * <from>
     * : A path on this server, or s3://bucket/path.
     *
     * <to>
     * : A path on this server, or s3://bucket/path.
     *
     * ## EXAMPLES
     *
     *     wp aloft cp logo.png s3://media/uploads/logo.png
     *
     * @param list<string> $args
     */
    public function cp(array $args): void
    {
        [$from, $to] = $args;
        if (is_dir($from)) {
            $this->copyTree($from, $to, false, static fn (string $line) => \WP_CLI::line($line));
        } else {
            self::copyFile($from, $to);
        }
        \WP_CLI::success("Copied $from to $to.");
    }

    /**
     * Copies a directory of this server to the bucket. For a whole library, `aloft migrate` is faster and verifies.
     *
     * ## OPTIONS
     *
     * <from>
     * : A directory on this server.
     *
     * [<to>]
     * : The target, below the bucket and prefix of the site. Default: their root.
     *
     * [--concurrency=<number>]
     * : Accepted for compatibility; files are copied one at a time.
     *
     * [--sync]
     * : Skip files that exist with the same size.
     *
     * [--dry-run]
     * : Print what would be copied.
     *
     * [--verbose]
     * : Print each file.
     *
     * @subcommand upload-directory
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function upload_directory(array $args, array $options): void
    {
        self::ensure(is_dir($args[0]), "there is no directory $args[0]");
        $isDry = !empty($options['dry-run']);
        $report = $isDry || !empty($options['verbose'])
            ? static fn (string $line) => \WP_CLI::line($line)
            : static fn () => null;
        $target = self::path($args[1] ?? '');
        $count = $this->copyTree($args[0], $target, !empty($options['sync']), $report, $isDry);
        \WP_CLI::success(($isDry ? 'Would copy' : 'Copied') . " $count files to $target.");
    }

    /**
     * Removes a file or a directory tree from the bucket.
     *
     * ## OPTIONS
     *
     * <path>
     * : Below the bucket and prefix of the site.
     *
     * [--regex=<regex>]
     * : Only files whose path matches, such as '/\.webp$/'.
     *
     * ## EXAMPLES
     *
     *     wp aloft rm uploads/2019 --regex='/-\d+x\d+\.jpg$/'
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function rm(array $args, array $options): void
    {
        $path = self::path($args[0]);
        $regex = (string) ($options['regex'] ?? '');
        self::ensure($path !== self::path(''), 'this would remove everything: name a directory');
        self::ensure($regex === '' || @preg_match($regex, '') !== false, "not a regular expression: $regex");
        $files = is_file($path) ? [$path] : self::filesBelow($path);
        $root = S3Path::parse(self::path(''));
        $count = 0;
        foreach (self::batches($files, $root, $regex) as $batch) {
            try {
                $errors = self::$files->deleteAll($root, $batch);
            } catch (AgentException $refusal) {
                $errors = [$refusal->getMessage()];
            }
            self::ensure($errors === [], 'cannot remove ' . implode('; ', $errors));
            $count += count($batch);
        }
        if ($regex === '' && is_dir($path)) {
            self::attempt(static fn () => rmdir($path));
        }
        \WP_CLI::success("Removed $count files of $path.");
    }

    /**
     * Stores new uploads in the bucket. Has an effect only if S3_UPLOADS_AUTOENABLE is false.
     */
    public function enable(): void
    {
        update_option('s3_uploads_enabled', 'enabled');
        \WP_CLI::success('Uploads go to the bucket.');
    }

    /**
     * Stores new uploads on the server. Has an effect only if S3_UPLOADS_AUTOENABLE is false.
     */
    public function disable(): void
    {
        delete_option('s3_uploads_enabled');
        if (!defined('S3_UPLOADS_AUTOENABLE') || constant('S3_UPLOADS_AUTOENABLE') !== false) {
            \WP_CLI::warning('This has no effect unless wp-config.php defines S3_UPLOADS_AUTOENABLE as false.');
        }
        \WP_CLI::success('Uploads stay on the server.');
    }

    /**
     * Lists all files of an attachment.
     *
     * ## OPTIONS
     *
     * <attachment-id>
     * : The attachment.
     *
     * @subcommand get-attachment-files
     *
     * @param list<string> $args
     */
    public function get_attachment_files(array $args): void
    {
        \WP_CLI::print_value(AttachmentFiles::of((int) $args[0]));
    }

    /**
     * Makes an attachment and its files private or public.
     *
     * ## OPTIONS
     *
     * <attachment-id>
     * : The attachment.
     *
     * <acl>
     * : private or public-read.
     *
     * @subcommand set-attachment-acl
     *
     * @param list<string> $args
     */
    public function set_attachment_acl(array $args): void
    {
        [$attachment, $acl] = $args;
        self::ensure(in_array($acl, ['private', 'public-read'], true), "not private or public-read: $acl");
        self::ensure(
            $acl !== 'private' || (bool) (self::$files->status()['signs'] ?? true),
            'no one could view it: this site has no url_secret in aloft.toml to sign its URLs with',
        );
        $errors = self::$privateMedia->setAcl((int) $attachment, $acl);
        self::ensure($errors === [], implode('; ', $errors));
        \WP_CLI::success("Attachment $attachment and its files are $acl.");
    }

    /**
     * Prints an IAM policy with the minimum permissions of the agent.
     *
     * @subcommand generate-iam-policy
     */
    public function generate_iam_policy(): void
    {
        [$bucket, $prefix] = array_pad(explode('/', self::$settings->bucket, 2), 2, '');
        $below = $prefix === '' ? '' : "$prefix/";
        $objects = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];
        $list = ['Effect' => 'Allow', 'Action' => 's3:ListBucket', 'Resource' => "arn:aws:s3:::$bucket"];
        if ($prefix !== '') {
            $list['Condition'] = ['StringLike' => ['s3:prefix' => [$prefix, "$below*"]]];
        }
        \WP_CLI::line((string) wp_json_encode([
            'Version' => '2012-10-17',
            'Statement' => [
                ['Effect' => 'Allow', 'Action' => $objects, 'Resource' => "arn:aws:s3:::$bucket/$below*"],
                $list,
            ],
        ], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
    }

    private static function path(string $path): string
    {
        return (string) S3Path::parse('s3://' . self::$settings->bucket . '/' . $path);
    }

    /** @return \Generator<string> paths, directory by directory */
    private static function filesBelow(string $directory): \Generator
    {
        $handle = @opendir($directory);
        self::ensure($handle !== false, "cannot list $directory");
        while (($name = readdir($handle)) !== false) {
            if (is_dir("$directory/$name")) {
                yield from self::filesBelow("$directory/$name");
            } else {
                yield "$directory/$name";
            }
        }
        closedir($handle);
    }

    /**
     * @param iterable<string> $files
     * @return \Generator<list<string>> names below the root
     */
    private static function batches(iterable $files, S3Path $root, string $regex): \Generator
    {
        $batch = [];
        foreach ($files as $file) {
            $name = substr($file, strlen((string) $root) + 1);
            if ($regex !== '' && preg_match($regex, $name) !== 1) {
                continue;
            }
            $batch[] = $name;
            if (count($batch) === self::BATCH) {
                yield $batch;
                $batch = [];
            }
        }
        if ($batch !== []) {
            yield $batch;
        }
    }

    /** @param \Closure(string): mixed $report */
    private function copyTree(string $from, string $to, bool $isSync, \Closure $report, bool $isDry = false): int
    {
        $count = 0;
        foreach (new \DirectoryIterator($from) as $entry) {
            $name = $entry->getFilename();
            [$source, $target] = ["$from/$name", "$to/$name"];
            if ($name === '.' || $name === '..' || is_link($source)) {
                continue;
            }
            if (is_dir($source)) {
                $count += $this->copyTree($source, $target, $isSync, $report, $isDry);
            } elseif (!$isSync || !is_file($target) || filesize($target) !== filesize($source)) {
                $report("$source to $target");
                $isDry || self::copyFile($source, $target);
                $count++;
            }
        }
        return $count;
    }

    private static function copyFile(string $from, string $to): void
    {
        if (!S3Path::isS3($to) && !is_dir(dirname($to))) {
            mkdir(dirname($to), 0755, true);
        }
        self::ensure(self::attempt(static fn () => copy($from, $to)) !== false, "cannot copy $from to $to");
    }

    /** Runs an operation. Failures are warnings, which WP-CLI prints, or exceptions. */
    private static function attempt(\Closure $operation): mixed
    {
        try {
            return $operation();
        } catch (WriteFailed | ReadFailed $failure) {
            \WP_CLI::error($failure->getMessage());
        }
    }

    private static function ensure(bool $holds, string $message): void
    {
        if (!$holds) {
            \WP_CLI::error($message);
        }
    }
}
