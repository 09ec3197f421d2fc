package dev.aloft.server.tachyon;

import dev.aloft.image.Parameters;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.UrlKey;
import java.util.Optional;

/// Which pictures a site makes at all, so that nobody can have it make millions: every one, or those whose URL is
/// signed
/// and those of some sizes.
///
/// @param listed what needs no signature; nothing for every picture
/// @param key that the others are signed with; without one there are no others
public record Admission(Optional<ListedSizes> listed, Optional<UrlKey> key) {

    /// Every picture is served.
    public static final Admission OPEN = new Admission(Optional.empty(), Optional.empty());

    /// @param name of the original below the uploads
    boolean admits(String name, Parameters query) {
        return listed.isEmpty()
                || key.filter(k -> SignedPicture.isSigned(k, name, query)).isPresent()
                || listed.get().allow(query.without(SignedPicture.PERMISSION));
    }

    /// The text of the answer to a client that was not admitted.
    String refusal() {
        String sizes = listed.map(ListedSizes::toString).orElse("");
        return "this picture's URL needs a signature" + (sizes.isEmpty() ? "" : ", or one of the sizes " + sizes);
    }
}
