package dev.aloft.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One page of a listing of versions: keys in the order of their UTF-8 bytes, the entries of a key from the newest to
/// the oldest. A key's entries may continue on the next page. A page may hold marks of deletions only, or nothing.
///
/// @param hidden how many entries have a key that is no path (`a//b`, `../x`); they are not among the versions
/// @param next where the next page begins, or null on the last
public record VersionPage(
        List<ObjectVersion> versions, int hidden, @Nullable Marker next) {

    public VersionPage {
        versions = List.copyOf(versions);
    }

    /// The [#next()] for [ObjectVersions#list]; empty on the last page.
    public Optional<Marker> nextMarker() {
        return Optional.ofNullable(next);
    }

    /// The last entry of a page, as S3 names it.
    ///
    /// @param versionId null where S3 names the key alone: the next page begins with the key after it
    public record Marker(String key, @Nullable String versionId) {}
}
