<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Files\S3Path;

/**
 * WordPress's image editor without pixels in PHP: it collects the edits, and the agent makes the pictures with libvips.
 * All sizes of an upload are one exchange, in which the agent stores them.
 *
 * Where the agent makes no picture, because of its format, its size or any failure, WordPress's own editor repeats the
 * edits and takes over for the rest of this object's life. The same applies to what the agent is not asked for:
 * rotations by other than right angles, and a crop after scaling.
 *
 * There is no make_subsize(): WordPress then calls multi_resize() for all sizes together.
 */
final class VipsEditor extends \WP_Image_Editor
{
    private static ?Files $files = null;
    /** @var ?array{reads: list<string>, writes: list<string>} */
    private static ?array $types = null;
    /** True while WordPress's own editor is chosen. */
    private static bool $isOut = false;

    private ?EditedOriginal $source = null;
    private ?PictureEdit $edit = null;
    private ?bool $isLossless = null;
    /** @var list<array{string, list<mixed>}> edits since the source was loaded */
    private array $calls = [];
    private ?\WP_Image_Editor $other = null;

    /** True if the agent makes pictures. */
    public static function isAvailable(Files $files): bool
    {
        self::$files = $files;
        return !self::$isOut && self::types()['writes'] !== [];
    }

    /** @return array{reads: list<string>, writes: list<string>} asked again until the agent makes pictures */
    private static function types(): array
    {
        try {
            self::$types ??= array_filter(self::$files?->pictureTypes() ?? []) ?: null;
        } catch (AgentException) {
            self::$types = null;
        }
        return (self::$types ?? []) + ['reads' => [], 'writes' => []];
    }

    /** @param array<string, mixed> $args */
    public static function test($args = [])
    {
        return self::$files !== null
            && (!isset($args['path']) || S3Path::isS3($args['path']) || !wp_is_stream($args['path']));
    }

    public static function supports_mime_type($mime_type)
    {
        return in_array($mime_type, array_merge(...array_values(self::types())), true);
    }

    public function load()
    {
        if ($this->edit !== null || $this->other !== null) {
            return true;
        }
        try {
            $this->source = S3Path::isS3((string) $this->file)
                ? new StoredOriginal(self::$files, S3Path::parseFile((string) $this->file))
                : new LocalOriginal(self::$files, (string) $this->file);
            $original = $this->source->header();
        } catch (AgentException $failure) {
            return $failure->status === AgentException::NOT_FOUND
                ? new \WP_Error('error_loading_image', __('File does not exist?'), $this->file)
                : $this->otherwise(static fn (): bool => true);
        }
        if (!in_array($original['type'], self::types()['reads'], true)) {
            return $this->otherwise(static fn (): bool => true);
        }
        $this->mime_type = $original['type'];
        $this->edit(PictureEdit::none($original['width'], $original['height']));
        return $this->set_quality();
    }

    public function set_quality($quality = null, $dims = [])
    {
        if ($this->other !== null) {
            return $this->other->set_quality($quality, $dims);
        }
        if ($quality !== null) {
            $this->calls[] = ['set_quality', [$quality, $dims]];
        }
        $set = parent::set_quality($quality, $dims);
        return $set === true && $this->isLossless() ? parent::set_quality(100) : $set;
    }

    public function get_quality()
    {
        return $this->other?->get_quality() ?? parent::get_quality();
    }

    /** True for a lossless WebP, which stays one. */
    private function isLossless(): bool
    {
        if ($this->mime_type !== 'image/webp' || !in_array($this->output_mime_type, [null, 'image/webp'], true)) {
            return false;
        }
        return $this->isLossless ??= wp_get_webp_info((string) $this->file)['type'] === 'lossless';
    }

    public function resize($max_w, $max_h, $crop = false)
    {
        return $this->change('resize', [$max_w, $max_h, $crop], function () use ($max_w, $max_h, $crop): mixed {
            if ($this->size['width'] === $max_w && $this->size['height'] === $max_h) {
                return $this->edit;
            }
            $dims = image_resize_dimensions($this->size['width'], $this->size['height'], $max_w, $max_h, $crop);
            if (!$dims) {
                $message = __('Could not calculate resized image dimensions');
                return new \WP_Error('error_getting_dimensions', $message, $this->file);
            }
            [, , $x, $y, $width, $height, $ofWidth, $ofHeight] = array_map(intval(...), $dims);
            $isWhole = [$x, $y, $ofWidth, $ofHeight] === [0, 0, ...$this->edit->size];
            $cropped = $isWhole ? $this->edit : $this->edit->crop($x, $y, $ofWidth, $ofHeight);
            if ($cropped !== null) {
                $this->set_quality(null, ['width' => $width, 'height' => $height]);
            }
            return $cropped?->scale($width, $height);
        });
    }

    public function crop($src_x, $src_y, $src_w, $src_h, $dst_w = null, $dst_h = null, $src_abs = false)
    {
        $arguments = [$src_x, $src_y, $src_w, $src_h, $dst_w, $dst_h, $src_abs];
        return $this->change('crop', $arguments, function () use ($arguments): ?PictureEdit {
            [$x, $y, $width, $height, $toWidth, $toHeight] = array_map(intval(...), $arguments);
            if ($arguments[6]) {
                [$width, $height] = [$width - $x, $height - $y];
            }
            $cropped = $this->edit->crop($x, $y, $width, $height);
            return $toWidth > 0 || $toHeight > 0
                ? $cropped?->scale($toWidth > 0 ? $toWidth : $width, $toHeight > 0 ? $toHeight : $height)
                : $cropped;
        });
    }

    public function rotate($angle)
    {
        return $this->change('rotate', [$angle], function () use ($angle): ?PictureEdit {
            $quarters = fmod((float) $angle, 360) / 90;
            return floor($quarters) === $quarters ? $this->edit->rotate(((int) $quarters + 4) % 4) : null;
        });
    }

    public function flip($horz, $vert)
    {
        $flipped = fn (): PictureEdit => $this->edit->flip((bool) $horz, (bool) $vert);
        return $this->change('flip', [$horz, $vert], $flipped);
    }

    /**
     * Applies an edit here, or in WordPress's own editor.
     *
     * @param list<mixed> $arguments
     * @param \Closure(): (PictureEdit|\WP_Error|null) $edited null if the agent has no such edit
     */
    private function change(string $method, array $arguments, \Closure $edited): bool|\WP_Error
    {
        $edit = $this->other === null ? $edited() : null;
        if ($edit === null) {
            return $this->otherwise(static fn (\WP_Image_Editor $other): mixed => $other->$method(...$arguments));
        }
        if (is_wp_error($edit)) {
            return $edit;
        }
        $this->calls[] = [$method, $arguments];
        return $this->edit($edit);
    }

    private function edit(PictureEdit $edit): bool
    {
        $this->edit = $edit;
        return $this->update_size(...$edit->size);
    }

    /**
     * @param array<string, array<string, mixed>> $sizes width, height and crop, by name
     * @return array<string, array<string, mixed>> metadata by name, without the sizes that could not be made
     */
    public function multi_resize($sizes)
    {
        $made = $this->other === null ? $this->makeSizes($sizes) : null;
        if ($made !== null) {
            return $made;
        }
        $others = $this->otherwise(static fn (\WP_Image_Editor $other): mixed => $other->multi_resize($sizes));
        return is_array($others) ? $others : [];
    }

    /**
     * @param array<string, array<string, mixed>> $sizes
     * @return ?array<string, array<string, mixed>> null if WordPress's own editor is needed
     */
    private function makeSizes(array $sizes): ?array
    {
        $outputs = [];
        foreach ($sizes as $name => $size) {
            $editor = clone $this;
            $box = [$size['width'] ?? null, $size['height'] ?? null];
            if ($box === [null, null] || $box === array_values($this->size)) {
                continue;
            }
            $resized = $editor->resize($box[0], $box[1], $size['crop'] ?? false);
            if ($editor->other !== null) {
                return null;
            }
            if ($resized === true) {
                $outputs[$name] = $editor->output(null, null);
            }
        }
        $stored = $outputs === [] ? [] : $this->store($outputs);
        return $stored === null ? null : array_map(
            static fn (array $meta): array => array_diff_key($meta, ['path' => true]),
            array_filter($stored, is_array(...)),
        );
    }

    public function save($destfilename = null, $mime_type = null)
    {
        $output = $this->other === null ? $this->output($destfilename, $mime_type) : null;
        $stored = $output === null ? null : $this->store([$output])[0] ?? null;
        $saved = $stored ?? $this->otherwise(
            static fn (\WP_Image_Editor $other): mixed => $other->save($destfilename, $mime_type),
        );
        if (is_wp_error($saved)) {
            return $saved;
        }
        if ($stored !== null && $saved['path'] === $this->source?->path()) {
            return $this->reload($saved);
        }
        $this->file = $saved['path'];
        $this->mime_type = $saved['mime-type'];
        return $saved;
    }

    /**
     * Continues with the file that has replaced the source.
     *
     * @param array<string, mixed> $saved
     * @return array<string, mixed>|\WP_Error
     */
    private function reload(array $saved): array|\WP_Error
    {
        $this->edit = null;
        $this->calls = [];
        $loaded = $this->load();
        return is_wp_error($loaded) ? $loaded : $saved;
    }

    /**
     * The file that the current state would be saved as.
     *
     * @return array{path: string, type: string, size: array{int, int}, query: array<string, mixed>}
     */
    private function output(?string $path, ?string $type): array
    {
        [$path, $extension, $type] = $this->get_output_format($path, $type);
        $edit = $this->edit ?? throw new \LogicException('the picture is not loaded');
        return [
            'path' => $path ?: $this->generate_filename(null, null, $extension),
            'type' => (string) $type,
            'query' => $edit->query() + array_filter([
                'type' => substr((string) $type, strlen('image/')),
                'quality' => $this->get_quality(),
                /** Filters of WordPress. Metadata is removed from pictures that are scaled. */
                'progressive' => apply_filters('image_save_progressive', false, $type) ? 1 : null,
                'strip' => $edit->isScaled() && apply_filters('image_strip_meta', true) ? null : 'none',
            ]),
        ];
    }

    /**
     * Makes and stores files in one exchange.
     *
     * @param array<array-key, array<string, mixed>> $outputs
     * @return ?array<array-key, array<string, mixed>|\WP_Error> metadata; null if the agent does not make them
     */
    private function store(array $outputs): ?array
    {
        $queries = [];
        foreach ($outputs as ['path' => $path, 'type' => $type, 'query' => $query]) {
            if (!$this->source->canStoreAt($path) || !in_array($type, self::types()['writes'], true)) {
                return null;
            }
            $queries[$path] = $query;
        }
        try {
            $made = $this->source->store($queries);
        } catch (AgentException) {
            return null;
        }
        return array_map(
            static fn (array $output): array|\WP_Error => self::saved($output, $made[$output['path']]),
            $outputs,
        );
    }

    /**
     * @param array<string, mixed> $output
     * @param array<string, mixed> $picture of the agent's answer
     * @return array<string, mixed>|\WP_Error
     */
    private static function saved(array $output, array $picture): array|\WP_Error
    {
        $path = $output['path'];
        return isset($picture['reason'])
            ? new \WP_Error('image_save_error', $picture['reason'], $path)
            : [
                'path' => $path,
                /** Filters of WordPress. The first may change the file. */
                'file' => wp_basename(apply_filters('image_make_intermediate_size', $path)),
                'width' => $picture['width'],
                'height' => $picture['height'],
                'mime-type' => $output['type'],
                'filesize' => has_filter('image_make_intermediate_size')
                    ? wp_filesize($path)
                    : (int) apply_filters('wp_filesize', $picture['size'], $path),
            ];
    }

    public function stream($mime_type = null)
    {
        $preview = $this->other === null ? $this->preview($mime_type) : null;
        if ($preview === null) {
            return $this->otherwise(static fn (\WP_Image_Editor $other): mixed => $other->stream($mime_type));
        }
        header("Content-Type: $preview[0]");
        echo $preview[1];
        return true;
    }

    /** @return ?array{string, string} type and bytes; null if WordPress's own editor is needed */
    private function preview(?string $type): ?array
    {
        ['type' => $type, 'query' => $query] = $this->output(null, $type);
        try {
            return in_array($type, self::types()['writes'], true)
                ? [$type, $this->source->preview($query)]
                : null;
        } catch (AgentException) {
            return null;
        }
    }

    public function maybe_exif_rotate()
    {
        return $this->other === null ? parent::maybe_exif_rotate() : $this->other->maybe_exif_rotate();
    }

    /**
     * Continues in WordPress's own editor.
     *
     * @param \Closure(\WP_Image_Editor): mixed $step
     */
    private function otherwise(\Closure $step): mixed
    {
        $other = $this->other ?? $this->openOther();
        if (is_wp_error($other)) {
            return $other;
        }
        $this->other = $other;
        $result = $step($other);
        $this->size = $other->get_size();
        return $result;
    }

    /** WordPress's own editor in the state of this one. */
    private function openOther(): \WP_Image_Editor|\WP_Error
    {
        self::$isOut = true;
        try {
            $other = wp_get_image_editor($this->source?->path() ?? (string) $this->file);
        } finally {
            self::$isOut = false;
        }
        foreach (is_wp_error($other) ? [] : $this->calls as [$method, $arguments]) {
            $result = $other->$method(...$arguments);
            if (is_wp_error($result)) {
                return $result;
            }
        }
        return $other;
    }
}
