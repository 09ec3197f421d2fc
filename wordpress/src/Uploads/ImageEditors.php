<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\WriteFailed;

/**
 * Replaces WordPress's image editors by Aloft's. Editors of other plugins stay.
 */
final class ImageEditors
{
    private const OURS = [
        'WP_Image_Editor_Imagick' => ImagickEditor::class,
        'WP_Image_Editor_GD' => GdEditor::class,
    ];

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_image_editors', static fn (array $editors): array => array_map(
            static fn (string $editor): string => self::OURS[$editor] ?? $editor,
            $editors,
        ));
    }

    /**
     * Saves an image, and returns a failed write as a WP_Error. Closes the output buffer that an interrupted save
     * leaves open.
     *
     * @param \Closure(): (array<string, mixed>|\WP_Error) $save
     * @return array<string, mixed>|\WP_Error
     */
    public static function save(\Closure $save): array|\WP_Error
    {
        $buffers = ob_get_level();
        try {
            return $save();
        } catch (WriteFailed $failure) {
            while (ob_get_level() > $buffers) {
                ob_end_clean();
            }
            return new \WP_Error('image_save_error', $failure->getMessage());
        }
    }
}
