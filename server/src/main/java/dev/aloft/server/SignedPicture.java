package dev.aloft.server;

import dev.aloft.image.Parameters;
import java.util.Set;

/// Leave to ask for one picture, as its URL says it: `?resize=300,200&s=…`. Who has a site's secret signs; the edge,
/// which has it too, checks. So nobody else can have a site make pictures of every size there is.
///
/// The signed text names the site ([UrlKey]), the original's path below its uploads, decoded, and all that is asked of
/// it in one form ([Parameters#canonical]), so that neither order nor spelling of the query matter. The signature does
/// not expire: the same picture has the same URL for ever. It is no leave to see what is private, see [SignedUrl].
public final class SignedPicture {

    /// The parameter that holds the signature.
    public static final String SIGNATURE = "s";

    /// What gives leave, and makes no other picture.
    public static final Set<String> LEAVE = Set.of(SIGNATURE, "aloft-expires", "aloft-signature");

    private static final String PURPOSE = "aloft picture 2";

    private SignedPicture() {}

    /// The signature: HMAC-SHA256 in base64url without padding.
    ///
    /// @param path below the site's uploads, decoded, without a slash in front
    /// @param query all that is asked; what is in [#LEAVE] does not count
    public static String sign(UrlKey key, String path, Parameters query) {
        return key.sign(PURPOSE, asked(query), path);
    }

    /// The signature for a query as it stands in the URL.
    public static String sign(UrlKey key, String path, String query) {
        return sign(key, path, Parameters.of(query));
    }

    /// Whether the query has the signature that belongs to it.
    public static boolean isSigned(UrlKey key, String path, Parameters query) {
        return query.get(SIGNATURE)
                .filter(signature -> key.isSigned(PURPOSE, asked(query), path, signature))
                .isPresent();
    }

    private static String asked(Parameters query) {
        return query.without(LEAVE).canonical();
    }
}
