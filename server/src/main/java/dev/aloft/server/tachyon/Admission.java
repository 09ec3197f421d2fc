package dev.aloft.server.tachyon;

import dev.aloft.image.Parameters;
import dev.aloft.server.SignedPicture;
import dev.aloft.server.UrlKey;
import java.util.Optional;

/// Limits the pictures that a site makes, so that the cost of one original is bounded. By default every picture is
/// made. With a list of sizes, a picture is made if its size is listed or its URL is signed.
///
/// @param listed sizes that need no signature; empty to make every picture
/// @param key for signatures of all other sizes; without a key those are refused
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
