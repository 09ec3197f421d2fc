package dev.aloft.server.uploads;

import dev.aloft.files.ContentTypes;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The media type of an upload, and the permission to show it on the site's own origin.
///
/// The name's extension decides. The type stored with the object, which an uploader may have chosen, is used only if
/// the extension is unknown and no browser executes that type.
///
/// @param value for the `Content-Type` header
record ServedType(String value) {

    private static final Set<String> INLINE = Set.of(
            "text/css",
            "text/javascript",
            "text/plain",
            "text/vtt",
            "application/json",
            "application/pdf",
            "application/manifest+json",
            "application/vnd.apple.mpegurl",
            "application/dash+xml",
            "application/vnd.ms-fontobject");
    /// Formats outside `text/` that are not compressed by themselves.
    private static final Set<String> COMPRESSIBLE = Set.of(
            "image/svg+xml",
            "image/bmp",
            "image/x-icon",
            "font/ttf",
            "font/otf",
            "application/vnd.ms-fontobject",
            "application/json",
            "application/manifest+json",
            "application/xml",
            "application/ttaf+xml",
            "application/dash+xml",
            "application/vnd.apple.mpegurl",
            "application/rtf");
    private static final Set<String> HARMLESS_IF_STORED = Set.of("text/plain", "application/pdf");
    private static final Pattern TYPE = Pattern.compile("[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}");
    private static final String SVG = "image/svg+xml";

    /// @param stored the object's Content-Type in S3, or null
    static ServedType of(String name, @Nullable String stored) {
        String byName = ContentTypes.ofName(name);
        if (!byName.equals(ContentTypes.UNKNOWN)) {
            return new ServedType(byName);
        }
        return Optional.ofNullable(stored)
                .map(ServedType::essence)
                .filter(type -> TYPE.matcher(type).matches())
                .filter(type -> isMedia(type) || HARMLESS_IF_STORED.contains(type))
                .map(ServedType::new)
                .orElseGet(() -> new ServedType(ContentTypes.UNKNOWN));
    }

    /// Checks whether a browser may show it; any other type it may only save.
    boolean inline() {
        String type = essence(value);
        return isMedia(type) || isSvg() || INLINE.contains(type);
    }

    /// True for a format that gains by a content coding.
    boolean compressible() {
        String type = essence(value);
        return type.startsWith("text/") || COMPRESSIBLE.contains(type);
    }

    /// A drawing that can hold scripts: shown, but only in a sandbox.
    boolean isSvg() {
        return essence(value).equals(SVG);
    }

    private static boolean isMedia(String type) {
        boolean media = type.startsWith("image/")
                || type.startsWith("audio/")
                || type.startsWith("video/")
                || type.startsWith("font/")
                || type.startsWith("model/");
        return media && !type.endsWith("xml");
    }

    /// The type without its parameters.
    private static String essence(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }
}
