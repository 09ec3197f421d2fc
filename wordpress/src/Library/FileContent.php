<?php

declare(strict_types=1);

namespace Aloft\Library;

use Aloft\Files\Window;

/**
 * The type of a file by its first bytes, beside the type of its name and the one stored with it.
 */
final class FileContent
{
    /** The bytes that a look takes. */
    public const BYTES = 4096;

    private const CONCLUSIVE = '~^(?:image/|application/pdf$|text/html$|text/x-php$|application/x-php$)~';
    private const SAME = [
        'image/heif' => 'image/heic',
        'image/heic-sequence' => 'image/heic',
        'image/heif-sequence' => 'image/heic',
        'image/vnd.microsoft.icon' => 'image/x-icon',
        'image/x-ms-bmp' => 'image/bmp',
        'application/x-php' => 'text/x-php',
    ];

    /** The type that WordPress gives a file of this name; "" for one that it does not accept. */
    public static function ofName(string $name): string
    {
        return (string) (wp_check_filetype($name)['type'] ?: '');
    }

    /** Describes content that is not that of the name; null if none is recognized. Vector graphics are text. */
    public static function wrongContent(string $name, Window $beginning): ?string
    {
        $named = self::ofName($name);
        $type = class_exists(\finfo::class) ? (string) (new \finfo(FILEINFO_MIME_TYPE))->buffer($beginning->bytes) : '';
        $isPicture = str_starts_with($named, 'image/') && $named !== 'image/svg+xml';
        if ($beginning->bytes === '' || !$isPicture && $named !== 'application/pdf') {
            return null;
        }
        $isOther = preg_match(self::CONCLUSIVE, $type) === 1 && self::plain($type) !== self::plain($named);
        return $isOther ? "the name says $named, the content is $type" : null;
    }

    /** Describes a Content-Type that is not that of the name: of another kind, or of another format of pictures. */
    public static function wrongHeader(string $name, Window $beginning): ?string
    {
        $named = self::plain(self::ofName($name));
        $header = self::plain(strtolower(trim(explode(';', $beginning->file->type)[0])));
        $isSame = $named === '' || $header === $named
            || !str_starts_with($named, 'image/') && self::kind($header) === self::kind($named);
        return $isSame ? null : "the name says $named, the Content-Type is $header";
    }

    private static function plain(string $type): string
    {
        return self::SAME[$type] ?? $type;
    }

    /** Text is also sent as application/…, such as JSON. */
    private static function kind(string $type): string
    {
        $kind = explode('/', $type)[0];
        return $kind === 'text' ? 'application' : $kind;
    }
}
