<?php

declare(strict_types=1);

namespace Aloft\Operations;

use Aloft\Agent\AgentException;
use Aloft\Agent\SideBySide;
use Aloft\Files\Files;
use Aloft\Library\Attachments;
use Aloft\Library\Check;
use Aloft\Library\Import;
use Aloft\Library\LibraryFinding;
use Aloft\Library\LibraryOutcome;
use Aloft\Library\OffloadedFiles;
use Aloft\Library\Regeneration;
use Aloft\Library\StoredFiles;

/**
 * Checks the media library against S3, imports files into it, makes sizes again, and lists the objects of another
 * plugin.
 */
final class MediaCommands
{
    /** Exit status of a command that has found or left something, as in `aloft`. */
    private const SOME_FAILED = 9;
    private const AT_ONCE = 4;
    private const MAX_AT_ONCE = 32;
    /** An upload is stored before it has an attachment. */
    private const MIN_AGE_SECONDS = 300;
    private const PROGRESS = 100;

    /** Static, because WP-CLI creates the object by its class name. */
    private static Files $files;

    /** Registers `wp aloft media …`. */
    public static function register(Files $files): void
    {
        self::$files = $files;
        if (defined('WP_CLI') && WP_CLI) {
            \WP_CLI::add_command('aloft media', self::class);
        }
    }

    /**
     * Compares the attachments with the files in S3, and lists the differences. Changes nothing.
     *
     * ## OPTIONS
     *
     * [--types]
     * : Compare contents, Content-Types and names, too: one request for each file of an attachment.
     *
     * [--all]
     * : List files in the folders of plugins, too.
     *
     * [--min-age=<seconds>]
     * : Ignore files without attachment that were changed later. Default: 300.
     *
     * [--network]
     * : Check all sites of a network.
     *
     * [--concurrency=<number>]
     * : Requests of --types at once. Default: 4.
     *
     * [--format=<format>]
     * : text, json or csv. json is one object a line. Default: text.
     *
     * [--json]
     * : The same as --format=json.
     *
     * ## EXAMPLES
     *
     *     wp aloft media fsck --json
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function fsck(array $args, array $options): void
    {
        $format = self::format($options, ['text', 'json', 'csv']);
        $isNetwork = !empty($options['network']);
        self::ensure(!$isNetwork || is_multisite(), 'this is no network: leave out --network');
        if ($format === 'csv') {
            fputcsv(STDOUT, ['kind', 'site', 'attachment', 'file', 'detail', 'command']);
        }
        $found = 0;
        foreach ($isNetwork ? get_sites(['fields' => 'ids', 'number' => 0]) : [get_current_blog_id()] as $site) {
            $isNetwork && switch_to_blog((int) $site);
            $check = new Check(
                self::$files,
                self::tasks($options),
                !empty($options['types']),
                !empty($options['all']),
                self::number($options, 'min-age', self::MIN_AGE_SECONDS),
            );
            $found += self::attempt(static fn (): int => self::check($check, $format));
            $isNetwork && restore_current_blog();
        }
        self::end($found, 'Attachments and files agree.', "$found differences were found.");
    }

    /** @return int the number of findings */
    private static function check(Check $check, string $format): int
    {
        $url = is_multisite() ? ' --url=' . escapeshellarg(home_url()) : '';
        $found = 0;
        foreach ($check->findings() as $finding) {
            $found++;
            self::printFinding($finding, $finding->command === '' ? '' : $finding->command . $url, $format);
        }
        $site = is_multisite() ? ' of ' . home_url() : '';
        self::note("Compared $check->attachments attachments with $check->files files$site.");
        foreach ($check->others as $folder => $count) {
            self::note("In $folder, a folder of a plugin: $count files without attachment.");
        }
        return $found;
    }

    private static function printFinding(LibraryFinding $finding, string $command, string $format): void
    {
        $row = [
            'kind' => $finding->kind,
            'site' => get_current_blog_id(),
            'attachment' => $finding->attachment,
            'file' => $finding->file,
            'detail' => $finding->detail,
            'command' => $command,
        ];
        match ($format) {
            'json' => \WP_CLI::line(self::json($row)),
            'csv' => fputcsv(STDOUT, $row),
            default => \WP_CLI::line(implode("\t", array_filter([
                $finding->kind,
                $finding->attachment === null ? '' : "attachment $finding->attachment",
                $finding->file,
                $finding->detail,
                $command,
            ]))),
        };
    }

    /**
     * Makes attachments of files that are in S3 already, with all sizes.
     *
     * ## OPTIONS
     *
     * [<prefix>]
     * : Only files whose names below the uploads begin with it, such as 2019/05/. Default: all folders of the library.
     *
     * [--dry-run]
     * : List what would be imported.
     *
     * [--min-age=<seconds>]
     * : Leave files that were changed later. Default: 300.
     *
     * [--concurrency=<number>]
     * : Files at once. Default: 4.
     *
     * [--json]
     * : One JSON object a line.
     *
     * ## EXAMPLES
     *
     *     wp aloft media import 2019/ --user=editor
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function import(array $args, array $options): void
    {
        $prefix = ltrim($args[0] ?? '', '/');
        self::ensure(
            !StoredFiles::isOfOtherSites($prefix),
            "$prefix belongs to another site: select it with --url, and name files below its own uploads",
        );
        $isDry = !empty($options['dry-run']);
        $minAge = self::number($options, 'min-age', self::MIN_AGE_SECONDS);
        $import = new Import(self::$files, self::tasks($options), $prefix, $minAge);
        self::ensure($isDry || $import->begin(), 'another import of this site is running');
        $format = self::format($options, ['text', 'json']);
        $counts = self::report($import->run($isDry), $format, $isDry ? '' : 'Imported');
        $done = $counts[$isDry ? LibraryOutcome::PLANNED : LibraryOutcome::DONE] ?? 0;
        self::note("{$import->taken()} files belong to an attachment or to another file.");
        if ($import->recent() > 0) {
            self::note("{$import->recent()} files were changed in the last $minAge seconds: import them later.");
        }
        $left = ($counts[LibraryOutcome::FAILED] ?? 0) + ($counts[LibraryOutcome::REFUSED] ?? 0);
        $verb = $isDry ? 'Would import' : 'Imported';
        self::end($left, "$verb $done files.", "$verb $done files; $left were refused or failed.");
    }

    /**
     * Makes the sizes of pictures and documents again.
     *
     * ## OPTIONS
     *
     * [<id>...]
     * : The attachments. Default: all.
     *
     * [--only-missing]
     * : Make only sizes that are missing.
     *
     * [--image_size=<names>]
     * : Make only these sizes, separated by commas.
     *
     * [--after=<id>]
     * : Continue after this attachment.
     *
     * [--concurrency=<number>]
     * : Originals at once. Default: 4.
     *
     * [--json]
     * : One JSON object a line.
     *
     * ## EXAMPLES
     *
     *     wp aloft media regenerate --only-missing
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function regenerate(array $args, array $options): void
    {
        foreach ($args as $id) {
            self::ensure(ctype_digit($id) && get_post_type((int) $id) === 'attachment', "there is no attachment $id");
        }
        $sizes = array_filter(explode(',', (string) ($options['image_size'] ?? '')));
        $unknown = array_diff($sizes, array_keys(wp_get_registered_image_subsizes()));
        self::ensure($unknown === [], 'there is no image size ' . implode(', ', $unknown));
        $ids = $args === [] ? self::allAfter(self::number($options, 'after', 0)) : array_map(intval(...), $args);
        $work = new Regeneration(self::$files, self::tasks($options), $sizes, !empty($options['only-missing']));
        $counts = self::report($work->run($ids), self::format($options, ['text', 'json']), 'Regenerated');
        [$done, $failed] = [$counts[LibraryOutcome::DONE] ?? 0, $counts[LibraryOutcome::FAILED] ?? 0];
        $unchanged = $counts[LibraryOutcome::UNCHANGED] ?? 0;
        $text = "Regenerated $done attachments, $unchanged needed nothing";
        self::end($failed, "$text.", "$text; $failed failed.");
    }

    /**
     * Lists the objects of WP Offload Media for `aloft cp --names`: a line for each with its key, a tab, its path below
     * the uploads, and for a private one a tab and "private".
     *
     * ## OPTIONS
     *
     * [--bucket=<name>]
     * : The bucket with the objects. Default: the only one.
     *
     * ## EXAMPLES
     *
     *     wp aloft media offloaded >names.tsv
     *
     * @param list<string>         $args
     * @param array<string, mixed> $options
     */
    public function offloaded(array $args, array $options): void
    {
        self::ensure(OffloadedFiles::exist(), 'this site has no table of WP Offload Media');
        $buckets = OffloadedFiles::buckets();
        $bucket = (string) ($options['bucket'] ?? $buckets[0] ?? '');
        self::ensure(
            isset($options['bucket']) || count($buckets) <= 1,
            'the objects are in several buckets, name one with --bucket: ' . implode(', ', $buckets),
        );
        $count = 0;
        foreach ((new OffloadedFiles($bucket))->read() as [$key, $path, $isPrivate]) {
            \WP_CLI::line("$key\t$path" . ($isPrivate ? "\tprivate" : ''));
            $count++;
        }
        self::note("$count objects are in the bucket $bucket.");
    }

    /** Pictures and documents, without vector graphics, by ascending ID. @return \Generator<int> */
    private static function allAfter(int $after): \Generator
    {
        foreach (Attachments::ids('', $after) as $id) {
            $type = (string) get_post_mime_type($id);
            if ($type === 'application/pdf' || str_starts_with($type, 'image/') && $type !== 'image/svg+xml') {
                yield $id;
            }
        }
    }

    /**
     * Prints each outcome, and progress.
     *
     * @param iterable<LibraryOutcome> $outcomes
     * @return array<string, int> counts by kind
     */
    private static function report(iterable $outcomes, string $format, string $verb): array
    {
        return self::attempt(static function () use ($outcomes, $format, $verb): array {
            $counts = [];
            foreach ($outcomes as $outcome) {
                $counts[$outcome->kind] = ($counts[$outcome->kind] ?? 0) + 1;
                if ($format === 'json') {
                    \WP_CLI::line(self::json(array_filter([
                        'outcome' => $outcome->kind,
                        'attachment' => $outcome->attachment,
                        'file' => $outcome->file,
                        'sizes' => $outcome->sizes,
                        'reason' => $outcome->reason,
                    ])));
                } else {
                    self::printOutcome($outcome);
                }
                if ($verb !== '' && array_sum($counts) % self::PROGRESS === 0) {
                    self::note("$verb " . array_sum($counts) . ' so far.');
                }
            }
            return $counts;
        });
    }

    private static function printOutcome(LibraryOutcome $outcome): void
    {
        $detail = $outcome->reason !== '' ? $outcome->reason : "$outcome->sizes sizes";
        $attachment = $outcome->attachment === null ? '' : "attachment $outcome->attachment";
        \WP_CLI::line(implode("\t", array_filter([$outcome->kind, $attachment, $outcome->file, $detail])));
    }

    /** @param array<string, mixed> $options */
    private static function tasks(array $options): SideBySide
    {
        $number = self::number($options, 'concurrency', self::AT_ONCE);
        self::ensure($number >= 1 && $number <= self::MAX_AT_ONCE, '--concurrency is 1 to ' . self::MAX_AT_ONCE);
        $buffers = ob_get_level();
        // Inside a hook, or with output in a buffer, another task would see the state of this one.
        return new SideBySide($number, static fn (): bool =>
            ($GLOBALS['wp_current_filter'] ?? []) === [] && ob_get_level() === $buffers);
    }

    /** @param array<string, mixed> $options */
    private static function number(array $options, string $name, int $default): int
    {
        $number = (string) ($options[$name] ?? $default);
        self::ensure(ctype_digit($number), "--$name is not a number: $number");
        return (int) $number;
    }

    /**
     * @param array<string, mixed> $options
     * @param list<string>         $known
     */
    private static function format(array $options, array $known): string
    {
        $format = !empty($options['json']) ? 'json' : (string) ($options['format'] ?? 'text');
        self::ensure(in_array($format, $known, true), "not a format: $format");
        return $format;
    }

    /** @param array<string, mixed> $row */
    private static function json(array $row): string
    {
        return (string) wp_json_encode($row, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    private static function attempt(\Closure $work): mixed
    {
        try {
            return $work();
        } catch (AgentException | \RuntimeException $failure) {
            \WP_CLI::error($failure->getMessage());
        }
    }

    /** Prints beside the results, which may be read by a program. */
    private static function note(string $text): void
    {
        fwrite(STDERR, "$text\n");
    }

    private static function end(int $failed, string $success, string $failure): void
    {
        if ($failed > 0) {
            \WP_CLI::warning($failure);
            \WP_CLI::halt(self::SOME_FAILED);
        }
        self::note("Success: $success");
    }

    private static function ensure(bool $holds, string $message): void
    {
        if (!$holds) {
            \WP_CLI::error($message);
        }
    }
}
