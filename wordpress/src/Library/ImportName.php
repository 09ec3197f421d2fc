<?php

declare(strict_types=1);

namespace Aloft\Library;

/**
 * Names of files as an import sees them: those that it refuses, and those of files that WordPress made of another one.
 */
final class ImportName
{
    private const PROGRAM = '/\.(?:php\d?|phtml|phar|phps|pl|py|cgi|asp|aspx|jsp|shtml|sh|htaccess)(?:\.|$)/i';
    private const DERIVED = '/(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,})$/';
    private const FORMATS = 'jpe?g|png|gif|webp|avif|heic|heif|tiff?|bmp|pdf';
    /** A size of a picture or document in another format: cat-jpg.webp, cat.jpg.webp, offer-pdf.jpg. */
    private const OTHER_FORMAT = '/[-.](' . self::FORMATS . ')$/i';
    private const PICTURE = '/\.(?:' . self::FORMATS . ')$/i';
    /** Maximum: a size of an edited, scaled and rotated picture. */
    private const MAX_SUFFIXES = 4;

    /** Folder and stem that a file and all files made of it share. */
    public readonly string $family;

    /** True for a picture or a document with pictures made of it. */
    public readonly bool $isPicture;

    /** True for a name like those of sizes, of scaled, rotated and edited pictures. */
    public readonly bool $isDerived;

    /** True for a name like that of a size. */
    public readonly bool $isSize;

    /** Extension of the original of a file in another format; "" for others. */
    public readonly string $otherFormat;

    /** Extension in lower case. */
    public readonly string $extension;

    public function __construct(public readonly string $name)
    {
        $this->extension = strtolower(pathinfo($name, PATHINFO_EXTENSION));
        $stem = $this->extension === '' ? $name : substr($name, 0, -strlen($this->extension) - 1);
        $this->isPicture = preg_match(self::PICTURE, $name) === 1;
        if (!$this->isPicture) {
            [$this->family, $this->isDerived, $this->isSize, $this->otherFormat] = [$stem, false, false, ''];
            return;
        }
        $shorter = self::withoutSuffixes($stem);
        $this->isSize = preg_match('/-\d{1,5}x\d{1,5}$/', $stem) === 1;
        $this->isDerived = $shorter !== $stem;
        $this->otherFormat = preg_match(self::OTHER_FORMAT, $shorter, $match) === 1 ? strtolower($match[1]) : '';
        $this->family = $this->otherFormat === ''
            ? $shorter
            : self::withoutSuffixes(substr($shorter, 0, -strlen($match[0])));
    }

    private static function withoutSuffixes(string $stem): string
    {
        for ($i = 0; $i < self::MAX_SUFFIXES; $i++) {
            $shorter = (string) preg_replace(self::DERIVED, '', $stem);
            if ($shorter === $stem || str_ends_with("/$shorter", '/')) {
                break;
            }
            $stem = $shorter;
        }
        return $stem;
    }

    /** The reason for which WordPress would not accept an upload of this name; null if it would. */
    public static function refusal(string $name): ?string
    {
        return match (true) {
            str_starts_with(basename($name), '.') => 'a hidden file',
            preg_match(self::PROGRAM, basename($name)) === 1 => 'a program',
            FileContent::ofName($name) === '' => 'WordPress does not allow this type',
            default => null,
        };
    }
}
