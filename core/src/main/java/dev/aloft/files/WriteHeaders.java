package dev.aloft.files;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Content type, `Cache-Control` and user metadata supplied with a write. They are stored with the bytes, in one
/// request, so the file never exists without them. A file that is edited, appended to, copied or renamed keeps what it
/// has.
///
/// @param contentType a media type, or null for the one that a rule or the name's extension says
/// @param cacheControl `Cache-Control` where no rule says one, or null
/// @param metadata as [FileMetadata] has it
public record WriteHeaders(
        @Nullable String contentType, @Nullable String cacheControl, Map<String, String> metadata) {

    /// The default: the type follows from the file's name; no `Cache-Control`, no metadata.
    public static final WriteHeaders NONE = new WriteHeaders(null, null, Map.of());

    public WriteHeaders {
        metadata = Map.copyOf(metadata);
    }
}
