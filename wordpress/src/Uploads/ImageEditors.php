<?php

declare(strict_types=1);

namespace Aloft\Uploads;

use Aloft\Files\Files;
use Aloft\WriteFailed;

/**
 * Replaces WordPress's image editors by Aloft's, and puts the one before them that works outside PHP. Editors of other
 * plugins stay.
 *
 * With ALOFT_PHP_EDITORS, PHP makes all pictures.
 */
final class ImageEditors
{
    private const OURS = [
        'WP_Image_Editor_Imagick' => ImagickEditor::class,
        'WP_Image_Editor_GD' => GdEditor::class,
    ];

    public function __construct(private readonly Files $files)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('wp_image_editors', $this->editors(...));
    }

    /**
     * WordPress has loaded the editors' base class, and not before.
     *
     * @param list<class-string> $editors
     * @return list<class-string>
     */
    private function editors(array $editors): array
    {
        $ours = array_map(static fn (string $editor): string => self::OURS[$editor] ?? $editor, $editors);
        $arePhps = defined('ALOFT_PHP_EDITORS')
            && filter_var(constant('ALOFT_PHP_EDITORS'), FILTER_VALIDATE_BOOLEAN);
        return !$arePhps && VipsEditor::isAvailable($this->files) ? [VipsEditor::class, ...$ours] : $ours;
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
