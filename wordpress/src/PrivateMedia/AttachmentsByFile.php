<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Files\S3Path;
use Aloft\Uploads\Database;
use Aloft\Uploads\UploadsDirectory;

/**
 * Finds the attachment of an upload. The database has main files only. Other files are recognized by their names:
 * sizes; scaled, rotated and edited pictures; previews of documents; a picture in other formats.
 */
final class AttachmentsByFile
{
    private const DERIVED = '/(?:-\d+x\d+|-scaled|-rotated|-e\d{10,})$/';
    private const OTHER_FORMAT = '/^(.+)-([a-z0-9]{3,4})(?:-\d{1,3})?$/i';
    private const HEIF = ['heic', 'heif', 'heics', 'heifs'];
    private const JPEG = ['jpg', 'jpeg', 'jpe'];
    /**
     * Formats that pictures are converted to, by a mapping of formats (`image_editor_output_format`), optimizers and
     * browsers, each with those that it is made of. The poster of an animation is a JPEG.
     */
    private const SOURCES = [
        'jpg' => [...self::JPEG, 'png', 'gif', 'webp', 'avif', ...self::HEIF],
        'jpeg' => [...self::JPEG, 'png', 'gif', 'webp', 'avif', ...self::HEIF],
        'png' => ['webp', 'avif', ...self::HEIF],
        'webp' => [...self::JPEG, 'png', 'gif', 'avif', ...self::HEIF],
        'avif' => [...self::JPEG, 'png', 'gif', 'webp', ...self::HEIF],
        'mp4' => ['gif'],
        'webm' => ['gif'],
    ];
    /** Maximum: a size of an edited, scaled and rotated picture. */
    private const MAX_SUFFIXES = 4;
    /** S3's limit for keys. */
    private const MAX_NAME_BYTES = 1024;
    private const REPLACED = ['-scaled', '-rotated'];
    private const NAMES_IN_A_QUERY = 500;
    /** Names at a time of pictures that others can have been converted from: each from 78 at most. */
    private const MAX_SOURCES = 15_600;

    public function __construct(private readonly UploadsDirectory $uploads)
    {
    }

    /**
     * All attachments that a file may belong to: which picture a "cat.webp" was made of, "cat.jpg" or "cat.png", its
     * name does not tell.
     *
     * @return list<int> empty for a file outside the site's uploads
     */
    public function ofPath(S3Path $path): array
    {
        $directory = S3Path::parse((string) wp_get_upload_dir()['basedir']) . '/';
        $isOwn = str_starts_with((string) $path, $directory);
        return $isOwn ? current($this->ofOwn([substr((string) $path, strlen($directory))])) ?: [] : [];
    }

    /**
     * @param list<string> $names below the uploads of all sites
     * @return array<string, ?non-empty-list<int>> ids of all attachments that a file may belong to, by name; null for
     *     names beyond a limit, which were not looked for; names without an attachment are missing
     */
    public function of(array $names): array
    {
        $site = $this->uploads->site();
        $begin = (string) $site === '' ? '' : "$site/";
        $own = [];
        foreach ($site === null ? [] : $names as $name) {
            if (str_starts_with($name, $begin) && strlen($name) <= self::MAX_NAME_BYTES) {
                $own[$name] = substr($name, strlen($begin));
            }
        }
        $attachments = $this->ofOwn(array_values($own));
        $found = array_filter($own, static fn (string $name): bool => array_key_exists($name, $attachments));
        return array_map(static fn (string $name): ?array => $attachments[$name], $found);
    }

    /**
     * A main file belongs to its own attachments only.
     *
     * @param list<string> $names below the site's own uploads
     * @return array<string, ?non-empty-list<int>> as above
     */
    private function ofOwn(array $names): array
    {
        $possible = array_combine($names, array_map(self::mainNames(...), $names));
        $known = $this->attachmentsOf(array_merge($names, ...array_values($possible)));
        $sources = $beyond = [];
        foreach (array_diff($names, array_keys($known)) as $name) {
            $more = array_fill_keys(self::sourcesOf($name), true);
            if (count($sources) + count(array_diff_key($more, $sources)) > self::MAX_SOURCES) {
                $beyond[$name] = null;
            } else {
                $sources += $more;
                array_push($possible[$name], ...array_keys($more));
            }
        }
        $known += $this->attachmentsOf(array_keys(array_diff_key($sources, $known)));
        $attachments = [];
        foreach ($possible as $name => $mains) {
            $mains = isset($known[$name]) ? [$name] : array_unique($mains);
            $ids = array_merge(...array_map(static fn (int|string $main): array => $known[$main] ?? [], $mains));
            if ($ids !== []) {
                $attachments[$name] = $ids;
            }
        }
        return $beyond + $attachments;
    }

    /**
     * @param list<string> $mainNames
     * @return array<string, non-empty-list<int>> ids by name
     */
    private function attachmentsOf(array $mainNames): array
    {
        global $wpdb;
        $attachments = $all = [];
        $possible = array_filter(array_unique($mainNames), self::canBeStored(...));
        foreach (array_chunk($possible, self::NAMES_IN_A_QUERY) as $names) {
            $marks = implode(',', array_fill(0, count($names), '%s'));
            $rows = $wpdb->get_results($wpdb->prepare(
                "SELECT post_id, meta_value FROM $wpdb->postmeta"
                    . " WHERE meta_key = '_wp_attached_file' AND meta_value IN ($marks)",
                $names,
            ));
            foreach ($rows as $row) {
                $attachments[$row->meta_value][] = $all[] = (int) $row->post_id;
            }
        }
        Database::fetchMetadata($all);
        return $attachments;
    }

    /** False for a name that no attachment can have. WordPress does not run a query with one, and reports no error. */
    private static function canBeStored(string $name): bool
    {
        global $wpdb;
        return preg_match('/[^\x00-\x7f]/', $name) === 0
            || $wpdb->strip_invalid_text_for_column($wpdb->postmeta, 'meta_value', $name) === $name;
    }

    /** @return list<string> names of main files that WordPress makes such a file of */
    private static function mainNames(string $name): array
    {
        $extension = self::extension($name);
        $stems = self::stems(substr($name, 0, strlen($name) - strlen($extension)));
        $names = array_map(static fn (string $stem): string => $stem . $extension, $stems);
        foreach (self::REPLACED as $suffix) {
            $names[] = end($stems) . $suffix . $extension;
        }
        foreach ($stems as $each) {
            if (preg_match(self::OTHER_FORMAT, $each, $match) === 1 && self::canBecome($match[2], $extension)) {
                $bare = (string) preg_replace(self::DERIVED, '', $match[1]);
                $names[] = "$match[1].$match[2]";
                $names[] = "$bare.$match[2]";
                $names[] = "$bare-scaled.$match[2]";
            }
        }
        return array_values(array_unique($names));
    }

    /**
     * Names of pictures that such a file can be converted from: "cat.jpg" of "cat-scaled.webp" and "cat.jpg.webp".
     * WordPress names the new file as the main file only after writing it.
     *
     * @return list<string>
     */
    private static function sourcesOf(string $name): array
    {
        $extension = self::extension($name);
        $formats = self::SOURCES[strtolower(substr($extension, 1))] ?? [];
        if ($formats === []) {
            return [];
        }
        $whole = substr($name, 0, strlen($name) - strlen($extension));
        $stems = self::stems($whole);
        $names = [$whole];
        foreach ([...$stems, end($stems) . '-scaled', end($stems) . '-rotated'] as $stem) {
            array_push($names, ...array_map(static fn (string $format): string => "$stem.$format", $formats));
        }
        return $names;
    }

    /** False for a picture that is not converted to the format of that extension. Documents have pictures, too. */
    private static function canBecome(string $format, string $extension): bool
    {
        $isPicture = in_array(strtolower($format), array_merge(...array_values(self::SOURCES)), true);
        $sources = self::SOURCES[strtolower(substr($extension, 1))] ?? [];
        return !$isPicture || in_array(strtolower($format), $sources, true);
    }

    private static function extension(string $name): string
    {
        return (string) strrchr(basename($name), '.');
    }

    /** @return list<string> a name without extension, and what remains of it without one suffix after the other */
    private static function stems(string $stem): array
    {
        $stems = [$stem];
        for ($i = 0; $i < self::MAX_SUFFIXES; $i++) {
            $shorter = (string) preg_replace(self::DERIVED, '', $stem);
            if ($shorter === $stem) {
                break;
            }
            $stems[] = $stem = $shorter;
        }
        return $stems;
    }
}
