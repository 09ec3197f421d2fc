package dev.aloft.server;

import dev.aloft.image.Parameters;
import java.util.Set;

/// Permission to request one picture, in its URL: `?resize=300,200&s=…`. The holder of a site's secret signs, and the
/// edge verifies. Without a signature, clients cannot make a site render arbitrary sizes.
///
/// The signed text names the site ([UrlKey]), the original's path below its uploads, decoded, and all that is asked of
/// it in one form ([Parameters#canonical]), so that neither order nor spelling of the query matter. The signature does
/// not expire: a picture keeps its URL. It does not permit reading a private original, see [SignedUrl].
public final class SignedPicture {

    /// The parameter that holds the signature.
    public static final String SIGNATURE = "s";

    /// Parameters that permit, and do not change the picture.
    public static final Set<String> PERMISSION = Set.of(SIGNATURE, "aloft-expires", "aloft-signature");

    private static final String PURPOSE = "aloft picture 2";

    private SignedPicture() {}

    /// The signature: HMAC-SHA256 in base64url without padding.
    ///
    /// @param path below the site's uploads, decoded, without a slash in front
    /// @param query the parameters; those in [#PERMISSION] are ignored
    public static String sign(UrlKey key, String path, Parameters query) {
        return key.sign(PURPOSE, asked(query), path);
    }

    /// The signature for a query as it stands in the URL.
    public static String sign(UrlKey key, String path, String query) {
        return sign(key, path, Parameters.of(query));
    }

    /// Verifies the signature in the query.
    public static boolean isSigned(UrlKey key, String path, Parameters query) {
        return query.get(SIGNATURE)
                .filter(signature -> key.isSigned(PURPOSE, asked(query), path, signature))
                .isPresent();
    }

    private static String asked(Parameters query) {
        return query.without(PERMISSION).canonical();
    }
}
