package dev.aloft.files;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a writer says of a file beside its bytes. It is stored with them, in the same request, so there is no moment
/// at which the file is there without it. A file that is edited, appended to, copied or renamed keeps what it has.
///
/// @param contentType a media type, or null for the one that a rule or the name's extension says
/// @param cacheControl `Cache-Control` where no rule says one, or null
/// @param metadata as [FileMetadata] has it
public record WriteHeaders(
        @Nullable String contentType, @Nullable String cacheControl, Map<String, String> metadata) {

    public static final WriteHeaders NONE = new WriteHeaders(null, null, Map.of());

    public WriteHeaders {
        metadata = Map.copyOf(metadata);
    }
}
